;;; lsp_mode_test.el --- lsp-mode with linkname-ls beside the real gopls  -*- lexical-binding: t -*-

;;; Code:

(require 'go-mode)
(setq lsp-session-file (expand-file-name "lsp-session" (getenv "HOME"))
      lsp-client-packages nil
      lsp-completion-provider :none
      lsp-diagnostics-provider :flymake
      lsp-enable-snippet nil
      lsp-enable-suggest-server-download nil
      lsp-headerline-breadcrumb-enable nil
      lsp-keep-workspace-alive t
      lsp-lens-enable t
      lsp-modeline-code-actions-enable nil
      lsp-response-timeout 60
      lsp-restart 'ignore
      lsp-signature-auto-activate nil
      lsp-warn-no-matched-clients nil)
(require 'lsp-mode)
(require 'lsp-diagnostics)
(require 'lsp-lens)
(require 'lsp-linkname)

(advice-add 'lsp--parser-on-message :around #'linkname-as-ever)
(lsp-workspace-folders-add linkname-root)
(add-hook 'go-mode-hook #'lsp)
(add-hook 'asm-mode-hook #'lsp)

(defun servers ()
  "Return the names of the servers of the current buffer, sorted."
  (sort (mapcar (lambda (one) (symbol-name (lsp--client-server-id (lsp--workspace-client one))))
                (seq-filter (lambda (one) (eq (lsp--workspace-status one) 'initialized))
                            (lsp-workspaces)))
        #'string<))

(defun linkname-served-p ()
  "Return whether all servers of the current buffer are there."
  (and (lsp-workspaces)
       (= (length (servers)) (length (lsp-workspaces)))
       (dolist (one (lsp-workspaces) t)
         (cl-pushnew (process-id (lsp--workspace-cmd-proc one)) linkname-pids))))

(defun linkname-server ()
  "Return the workspace of linkname-ls, nil for none."
  (lsp-find-workspace 'linkname-ls))

(defun jump (text)
  "Do M-. at TEXT, and return where that leads."
  (linkname-goto text)
  (find #'xref-find-definitions)
  (linkname-here))

(defun find (command)
  "Call COMMAND of xref as a key does."
  (let ((this-command command)) (call-interactively command))
  (set-buffer (window-buffer)))

(defun listed ()
  "Return the lines of the buffer of xref, files by their names in the module."
  (with-current-buffer "*xref*"
    (mapcar (lambda (line) (string-trim (string-remove-prefix linkname-root line)))
            (split-string (buffer-substring-no-properties (point-min) (point-max)) "\n" t))))

(defun findings ()
  "Return what the servers say of the current buffer, as texts with the source before them."
  (mapcar (lambda (one)
            (format "%s: %s" (lsp:diagnostic-source? one) (lsp:diagnostic-message one)))
          (gethash (lsp--fix-path-casing buffer-file-name) (lsp-diagnostics))))

(defun finding-p (text)
  "Return whether a finding of the current buffer matches TEXT."
  (seq-some (lambda (one) (string-match-p text one)) (findings)))

(defun change (function)
  "Call FUNCTION, which edits, and have that told as after a pause."
  (funcall function)
  (dolist (timer (copy-sequence timer-idle-list))
    (timer-event-handler timer)))

(defun lenses ()
  "Return the texts of the lenses of the current buffer when there are some."
  (linkname-until
   "lenses"
   (lambda ()
     (mapcar (lambda (one) (substring-no-properties (overlay-get one 'lsp--lens-contents)))
             lsp-lens--overlays))))


;;; Attaching

(ert-deftest go-files-have-both-servers ()
  (linkname-in "app/app.go"
    (should (equal (servers) '("gopls" "linkname-ls")))
    (should (equal (file-truename (file-name-as-directory (lsp-workspace-root))) linkname-root))))

(ert-deftest assembly-of-a-module-has-linkname-ls-alone ()
  (linkname-in "app/half.s"
    (should (equal (servers) '("linkname-ls")))))

(ert-deftest assembly-outside-of-go-is-not-for-linkname-ls ()
  (should-not (lsp-linkname--activate-p "/usr/include/a.s" 'asm-mode)))


;;; Jumps

(ert-deftest definition-of-a-call-is-the-declaration-here-and-the-body-there ()
  (linkname-in "app/app.go"
    (linkname-goto "return n|ow()")
    (find #'xref-find-definitions)
    (should (equal (listed) '("app/app.go" "15: func now() int"
                              "engine/engine.go" "9: func clockNow() int { return time }")))))

(ert-deftest target-that-both-know-is-one-place ()
  (linkname-in "app/app.go"
    (should (equal (jump "engine.adv|ance") '("engine/engine.go" 13 5 "advance")))))

(ert-deftest function-of-a-directive-that-gopls-does-not-know-leads-to-the-other-end ()
  (linkname-in "app/app.go"
    (should (equal (jump "go:linkname t|ick") '("engine/engine.go" 13 5 "advance")))))

(ert-deftest definition-leads-into-goroot-and-on-from-there ()
  (linkname-in "app/app.go"
    (jump "runtime.pro|cPin")
    (should (string-suffix-p "/src/runtime/proc.go" buffer-file-name))
    (should (looking-at-p "procPin() int {"))
    (should (equal (servers) '("gopls" "linkname-ls")))
    (jump "sync/atomic.runtime_pro|cPin")
    (should (string-match-p "/src/sync/atomic/" buffer-file-name))
    (should (looking-at-p "runtime_procPin() int"))))

(ert-deftest references-of-both-are-listed-once ()
  (linkname-in "engine/engine.go"
    (linkname-goto "func adv|ance")
    (find #'lsp-find-references)
    (should (equal (listed) '("app/app.go"
                              "17: //go:linkname tick example.com/m/engine.advance"
                              "25: func Use() int { return tick() + pin() + half(2) }"
                              "engine/engine.go"
                              "12: //go:linkname advance")))))


;;; What is shown

(ert-deftest hover-has-what-both-say ()
  (linkname-in "app/app.go"
    (linkname-goto "return n|ow()")
    (save-window-excursion (lsp-describe-thing-at-point))
    (with-current-buffer "*lsp-help*"
      (let ((text (buffer-substring-no-properties (point-min) (point-max))))
        (should (= (how-many "func now() int" (point-min) (point-max)) 1))
        (should (= (how-many "now has its body in package engine" (point-min) (point-max)) 1))
        (should (string-match-p "its body is `?clockNow" text))))))

(ert-deftest diagnostics-appear-and-vanish-while-typing ()
  (linkname-in "app/app.go"
    (change (lambda ()
              (goto-char (point-max))
              (insert "\n//go:linkname gone example.com/m/engine.nothing\n"
                      "func gone() int\n\nfunc wrong() int { return x }\n")))
    (linkname-until "a finding of linkname-ls" (lambda () (finding-p "^linkname-ls: .*engine.nothing")))
    (linkname-until "a finding of gopls" (lambda () (finding-p "^compiler: undefined: x")))
    (change (lambda ()
              (linkname-goto "|\n//go:linkname gone")
              (delete-region (point) (point-max))))
    (linkname-until "no finding" (lambda () (not (findings))))))

(ert-deftest unsaved-edits-win ()
  (linkname-in "engine/engine.go"
    (change (lambda () (linkname-goto "|// advance moves") (insert "\n\n\n")))
    (linkname-in "app/app.go"
      (should (equal (jump "go:linkname t|ick") '("engine/engine.go" 16 5 "advance"))))))

(ert-deftest quick-fix-is-applied-to-the-buffer ()
  (linkname-in "broken/broken.go"
    (linkname-until "a finding" (lambda () (finding-p "only allowed in Go files that import")))
    (linkname-goto "go:|linkname")
    (let ((action (seq-find (lambda (one) (string-match-p "unsafe" (lsp:code-action-title one)))
                            (lsp-code-actions-at-point))))
      (should action)
      (lsp-execute-code-action action))
    (goto-char (point-min))
    (should (search-forward "import _ \"unsafe\"" nil t))))

(ert-deftest lens-tells-who-links-here-and-shows-them ()
  (linkname-in "engine/engine.go"
    (should (seq-some (lambda (one) (string-match-p "1 pull" one)) (lenses)))
    (let ((lens (seq-find (lambda (one) (string-match-p "1 pull" one))
                          (mapcar (lambda (one) (overlay-get one 'lsp--lens-contents))
                                  lsp-lens--overlays))))
      (funcall (get-text-property 0 'action lens))
      (should (equal (listed) '("app/app.go" "18: func tick() int"))))))

(ert-deftest settings-come-from-the-variable ()
  (linkname-in "broken/broken.go"
    (linkname-until "a finding" (lambda () (finding-p "only allowed in Go files that import")))
    (unwind-protect
        (progn
          (setq lsp-linkname-settings '(:rules (:missing-unsafe-import "off")))
          (lsp--set-configuration (lsp-configuration-section "linkname"))
          (linkname-until "no such finding"
                          (lambda () (not (finding-p "only allowed in Go files that import")))))
      (setq lsp-linkname-settings nil)
      (lsp--set-configuration (lsp-configuration-section "linkname")))))


(ert-deftest outline-has-what-both-know ()
  (linkname-in "engine/engine.go"
    (let ((text (format "%S" (imenu--make-index-alist t))))
      (should (string-match-p "\"advance func() int\"" text))
      (should (string-match-p "\"example.com/m/app.now pushed by clockNow\"" text)))))

(ert-deftest completion-offers-symbols-in-a-directive ()
  (linkname-in "app/app.go"
    (change (lambda ()
              (goto-char (point-max))
              (insert "\n//go:linkname more example.com/m/engine.adv\nfunc more() int\n")))
    (linkname-goto "engine.adv|\nfunc more")
    ;; As a completion menu does it.
    (pcase-let* ((`(,start ,end ,candidates . ,more) (lsp-completion-at-point))
                 (chosen (car (all-completions (buffer-substring start end) candidates))))
      (should (equal chosen "example.com/m/engine.advance"))
      (delete-region start end)
      (insert chosen)
      (funcall (plist-get more :exit-function) chosen 'finished))
    (should (equal (buffer-substring-no-properties (line-beginning-position) (line-end-position))
                   "//go:linkname more example.com/m/engine.advance"))))


;;; Edits of one server

(ert-deftest rename-of-what-is-linked-changes-its-directives ()
  (linkname-in "engine/engine.go"
    (linkname-goto "func adv|ance")
    (lsp-rename "proceed")
    (goto-char (point-min))
    (should (search-forward "func proceed() int" nil t))
    (with-current-buffer (get-file-buffer (linkname-file "app/app.go"))
      (goto-char (point-min))
      (should (search-forward "//go:linkname tick example.com/m/engine.proceed" nil t)))))

(ert-deftest rename-of-all-else-is-that-of-gopls ()
  (linkname-in "engine/engine.go"
    (linkname-goto "var ti|me")
    (should (equal (buffer-substring (caar (lsp--get-symbol-to-rename))
                                     (cdar (lsp--get-symbol-to-rename)))
                   "time"))
    (lsp-rename "clock")
    (goto-char (point-min))
    (should (search-forward "return clock }" nil t))))

(ert-deftest rename-of-a-method-is-that-of-gopls ()
  (linkname-in "engine/engine.go"
    (goto-char (point-max))
    (insert "\ntype T int\n\nfunc (T) get() int { return 1 }\n\nvar _ = T(1).get()\n")
    (linkname-goto "func (T) g|et")
    (lsp-rename "take")
    (goto-char (point-min))
    (should (search-forward "T(1).take()" nil t))))

(ert-deftest rename-that-is-refused-says-why ()
  (linkname-in "app/app.go"
    (linkname-goto "runtime.proc|Pin")
    (should (equal (error-message-string (should-error (lsp-rename "other")))
                   (concat "runtime.procPin is declared in the Go tree, which cannot be changed; "
                           "rename the local name instead.")))))


;;; The life of the server

(ert-deftest a-killed-server-is-told-of-and-can-be-started-again ()
  (linkname-in "app/app.go"
    (jump "go:linkname t|ick")
    (let* ((pid (process-id (lsp--workspace-cmd-proc (linkname-server))))
           (said (linkname-said
                  (lambda ()
                    (signal-process pid 'KILL)
                    (linkname-until "the end of the server" (lambda () (not (linkname-server))))))))
      (should (string-match-p "linkname-ls.*has exited" said))
      (should-not (linkname-alive-p pid))
      (switch-to-buffer (get-file-buffer (linkname-file "app/app.go")))
      (lsp)
      (linkname-until "another server" (lambda () (equal (servers) '("gopls" "linkname-ls"))))
      (should (linkname-served-p))
      (should (equal (jump "go:linkname t|ick") '("engine/engine.go" 13 5 "advance"))))))

(provide 'lsp_mode_test)
;;; lsp_mode_test.el ends here
