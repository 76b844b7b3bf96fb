;;; companion_test.el --- Eglot with linkname-ls and the real gopls as one server  -*- lexical-binding: t -*-

;;; Code:

(load (expand-file-name "eglot_start" (file-name-directory load-file-name)))

(defun linkname-gopls ()
  "Return the process of gopls behind the server of the current buffer."
  (seq-find (lambda (pid) (equal (alist-get 'comm (process-attributes pid)) "gopls"))
            (children-of (pid-of (eglot-current-server)))))

(defun lines-of-xref ()
  "Return the lines of the buffer of xref."
  (with-current-buffer "*xref*"
    (split-string (buffer-substring-no-properties (point-min) (point-max)) "\n" t)))


;;; Attaching

(ert-deftest gopls-runs-behind-linkname-ls ()
  (linkname-in "app/app.go"
    (should (equal (eglot-linkname-contact) '("linkname-ls" "--with" "gopls")))
    (should (linkname-gopls))))

(ert-deftest files-of-a-module-share-a-server-with-its-assembly-and-go.mod ()
  (linkname-in "app/app.go"
    (let ((pid (pid-of (eglot-current-server))))
      (dolist (name '("engine/engine.go" "app/half.s" "go.mod"))
        (linkname-in name
          (should (equal (list name (pid-of (eglot-current-server))) (list name pid))))))))

;; Eglot 1.9 has one language for all files of a server, and says "go" of these too.
(ert-deftest assembly-and-go.mod-are-not-read-as-go ()
  (dolist (name '("app/half.s" "go.mod"))
    (linkname-in name
      (linkname-in "app/app.go"
        ;; Once this has been seen, what was opened before it has been too.
        (goto-char (point-max))
        (insert "\nfunc wrong() int { return x }\n")
        (pause)
        (linkname-until "a finding of gopls" (lambda () (finding-p "undefined: x"))))
      (should-not (linkname-findings)))))


;;; Jumps

(ert-deftest definition-of-what-no-directive-names-is-that-of-gopls ()
  (linkname-in "engine/engine.go"
    (should (equal (jump "return ti|me }") '("engine/engine.go" 5 4 "time")))))

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
    (jump "sync/atomic.runtime_pro|cPin")
    (should (string-match-p "/src/sync/atomic/" buffer-file-name))
    (should (looking-at-p "runtime_procPin() int"))))

(ert-deftest references-of-both-are-listed-once ()
  (linkname-in "engine/engine.go"
    (linkname-goto "func adv|ance")
    (call-interactively #'xref-find-references)
    (let ((lines (lines-of-xref)))
      (should (member "17: //go:linkname tick example.com/m/engine.advance" lines))
      (should (member "13: func advance() int {" lines))
      (should (equal lines (seq-uniq lines))))))


;;; What is shown

(ert-deftest hover-has-what-both-say ()
  (linkname-in "app/app.go"
    (let ((text (hover "func n|ow() int")))
      (should (string-match-p "func now() int" text))
      (should (string-match-p "now has its body in package engine" text))
      (should (string-match-p "its body is `clockNow`" text)))))

(ert-deftest diagnostics-of-both-appear-and-vanish-while-typing ()
  (linkname-in "app/app.go"
    (pause)
    (goto-char (point-max))
    (insert "\n//go:linkname gone example.com/m/engine.nothing\n"
            "func gone() int\n\nfunc wrong() int { return x }\n")
    (pause)
    (linkname-until "a finding of linkname-ls" (lambda () (finding-p "[undefined-target]")))
    (linkname-until "a finding of gopls" (lambda () (finding-p "undefined: x")))
    (linkname-goto "|\n//go:linkname gone")
    (delete-region (point) (point-max))
    (pause)
    (linkname-until "no finding" (lambda () (not (linkname-findings))))))


;;; Edits

(ert-deftest quick-fix-of-linkname-ls-is-applied-to-the-buffer ()
  (linkname-in "broken/broken.go"
    (linkname-until "a finding" (lambda () (finding-p "[missing-unsafe-import]")))
    (goto-char (flymake-diagnostic-beg
                (seq-find (lambda (one)
                            (string-match-p "missing-unsafe-import" (flymake-diagnostic-text one)))
                          (flymake-diagnostics))))
    (choose "unsafe" #'eglot-code-actions)
    (goto-char (point-min))
    (should (search-forward "import _ \"unsafe\"" nil t))))

(ert-deftest rename-of-gopls-works-as-ever ()
  (linkname-in "engine/engine.go"
    (linkname-goto "var ti|me")
    (eglot-rename "clock")
    (goto-char (point-min))
    (should (search-forward "return clock }" nil t))))

(ert-deftest rename-of-a-linked-function-changes-its-directives ()
  (linkname-in "engine/engine.go"
    (linkname-goto "func adv|ance")
    (cl-letf (((symbol-function 'y-or-n-p) #'always))
      (eglot-rename "proceed"))
    (with-current-buffer (get-file-buffer (linkname-file "app/app.go"))
      (goto-char (point-min))
      (should (search-forward "//go:linkname tick example.com/m/engine.proceed" nil t)))))

(ert-deftest formatting-is-that-of-gopls ()
  (linkname-in "engine/engine.go"
    (linkname-goto "var time| = 41")
    (insert "    ")
    (eglot-format-buffer)
    (goto-char (point-min))
    (should (search-forward "\nvar time = 41\n" nil t))))

(ert-deftest unsaved-edits-win ()
  (linkname-in "engine/engine.go"
    (linkname-goto "|// advance moves")
    (insert "\n\n\n")
    (pause)
    (linkname-in "app/app.go"
      (should (equal (jump "go:linkname t|ick") '("engine/engine.go" 16 5 "advance"))))))


;;; Commands

(ert-deftest status-is-shown ()
  (linkname-in "app/app.go"
    (eglot-linkname-status)
    (with-current-buffer "*linkname-ls status*"
      (goto-char (point-min))
      (should (search-forward "example.com/m" nil t)))))


;;; The life of the servers

;; Nothing is asked until the new gopls has read the module: Emacs 28 leaves what comes with
;; an answer until more comes, and gopls may wait for the reply to just that.
(ert-deftest gopls-that-is-killed-is-told-of-and-comes-back ()
  (linkname-in "engine/engine.go"
    (save-window-excursion (jump "return ti|me }"))
    (let ((server (eglot-current-server))
          (gopls (linkname-gopls)))
      (linkname-until-said
       (concat "gopls is gone: it was ended by signal 9. It is started again."
               "\\(.\\|\n\\)*Finished loading packages")
       (lambda () (signal-process gopls 'KILL)))
      (push (linkname-gopls) linkname-pids)
      (should-not (memq gopls (children-of (pid-of server))))
      (should (eq (eglot-current-server) server))
      (should (equal (jump "return ti|me }") '("engine/engine.go" 5 4 "time"))))))

(ert-deftest a-killed-server-takes-gopls-along-and-can-be-started-again ()
  (linkname-in "app/app.go"
    (save-window-excursion (jump "go:linkname t|ick"))
    (let* ((pid (pid-of (eglot-current-server)))
           (gopls (linkname-gopls))
           (said (linkname-said
                  (lambda ()
                    (signal-process pid 'KILL)
                    (linkname-until "the end of the server" (lambda () (not (eglot-managed-p))))))))
      (should gopls)
      (should (string-match-p "Server exited with status 9" said))
      (linkname-until "the end of gopls" (lambda () (not (linkname-alive-p gopls))))
      (call-interactively #'eglot)
      (linkname-until "another server" #'linkname-served-p)
      (should (linkname-gopls))
      (should (equal (jump "go:linkname t|ick") '("engine/engine.go" 13 5 "advance"))))))

(ert-deftest a-server-that-is-shut-down-leaves-no-process ()
  (linkname-in "app/app.go"
    (let ((pid (pid-of (eglot-current-server)))
          (gopls (linkname-gopls)))
      (should gopls)
      ;; Eglot gives up after 1.5 seconds, which a busy machine may need.
      (eglot-shutdown (eglot-current-server) nil linkname-patience)
      (linkname-until "the end of both"
                      (lambda ()
                        (not (or (linkname-alive-p pid) (linkname-alive-p gopls))))))))

(provide 'companion_test)
;;; companion_test.el ends here
