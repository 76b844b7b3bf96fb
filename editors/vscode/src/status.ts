// What is said of the server's state. Pure; statusitem.ts shows it.
import type { State } from "./supervisor";

/** What the server says of itself: the answer to its command `linkname.status`. */
export interface Status {
  readonly version: string;
  readonly busy: boolean;
  readonly worlds: readonly { readonly release: string; readonly target: string }[];
  readonly trees: readonly { readonly directives: number }[];
  readonly problems: readonly string[];
  /** All of it, for people. */
  readonly text: string;
}

/** What an item shows. */
export interface Shown {
  readonly text: string;
  readonly detail: string;
  readonly level: "information" | "warning" | "error";
  readonly busy: boolean;
}

/** What is shown of a state of the server. */
export function shown(state: State): Shown {
  switch (state.kind) {
    case "starting":
      return { text: "linkname", detail: "The server is starting", level: "information", busy: true };
    case "waiting":
      return { text: "linkname", detail: `Starting again: ${state.reason}`, level: "warning", busy: true };
    case "stopped":
      return { text: "linkname", detail: state.reason, level: "error", busy: false };
    case "ready":
      return state.status === undefined
        ? { text: "linkname", detail: "Reading the workspace", level: "information", busy: true }
        : known(state.status);
  }
}

function known(status: Status): Shown {
  const releases = [...new Set(status.worlds.map((world) => world.release.replace(/^go/, "Go ")))].filter(Boolean);
  const links = status.trees.reduce((sum, tree) => sum + tree.directives, 0);
  const count = `${links.toLocaleString("en")} link${links === 1 ? "" : "s"}`;
  const targets = [...new Set(status.worlds.map((world) => world.target))];
  return {
    text: [...releases, count].join(" · "),
    detail: status.problems[0] ?? (status.busy ? "Searching for links" : `Ready, ${targets.join(", ") || "no folder"}`),
    level: status.problems.length > 0 ? "warning" : "information",
    busy: status.busy,
  };
}
