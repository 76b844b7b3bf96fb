// When a server that has ended is started again. Pure: time is given.

/** What a server must live through to count as well again. */
const WELL_AFTER_MS = 3 * 60_000;
const FIRST_DELAY_MS = 1000;
const MOST_RESTARTS = 5;

/** Twice the time before each next start, and after five ends in a row none: a sixth would end like the others. */
export class Backoff {
  private ends = 0;

  /** How long to wait until the next start, in milliseconds; undefined for ever. `livedMs` is the age it reached. */
  next(livedMs: number): number | undefined {
    this.ends = livedMs >= WELL_AFTER_MS ? 1 : this.ends + 1;
    return this.ends > MOST_RESTARTS ? undefined : FIRST_DELAY_MS * 2 ** (this.ends - 1);
  }
}
