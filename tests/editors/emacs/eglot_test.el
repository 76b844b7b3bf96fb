;;; eglot_test.el --- Eglot with linkname-ls alone  -*- lexical-binding: t -*-

;;; Code:

(load (expand-file-name "eglot_start" (file-name-directory load-file-name)))

(setq eglot-linkname-gopls nil)


;;; Attaching

(ert-deftest go-files-have-a-server-at-the-root-of-their-module ()
  (linkname-in "app/app.go"
    (should (eq major-mode 'go-mode))
    (should (equal (plist-get (eglot--server-info (eglot-current-server)) :name) "linkname-ls"))
    (should (equal (file-truename (project-root (project-current))) linkname-root))))

(ert-deftest files-of-a-module-share-a-server-with-its-assembly-and-go.mod ()
  (linkname-in "app/app.go"
    (let ((pid (pid-of (eglot-current-server))))
      (dolist (name '("engine/engine.go" "app/half.s" "go.mod"))
        (linkname-in name
          (should (equal (list name (pid-of (eglot-current-server))) (list name pid))))))))

(ert-deftest assembly-outside-of-go-has-no-server ()
  (let ((file (make-temp-file "elsewhere" nil ".s")))
    (with-current-buffer (find-file-noselect file)
      (should (eq major-mode 'asm-mode))
      (should-not (eglot-linkname-contact))
      (kill-buffer))
    (delete-file file)))


;;; Jumps

(ert-deftest definition-of-a-call-is-the-body-in-another-package ()
  (linkname-in "app/app.go"
    (should (equal (jump "return n|ow()") '("engine/engine.go" 9 5 "clockNow")))))

(ert-deftest definition-of-a-target-is-its-declaration ()
  (linkname-in "app/app.go"
    (should (equal (jump "engine.adv|ance") '("engine/engine.go" 13 5 "advance")))))

(ert-deftest definition-of-a-push-is-what-awaits-it ()
  (linkname-in "engine/engine.go"
    (should (equal (jump "example.com/m/app.n|ow") '("app/app.go" 15 5 "now")))))

(ert-deftest definition-of-a-function-in-assembly-is-there ()
  (linkname-in "app/app.go"
    (should (equal (seq-take (jump "func h|alf") 3) '("app/half.s" 1 6)))))

(ert-deftest definition-leads-into-goroot-and-on-from-there ()
  (linkname-in "app/app.go"
    (let ((server (eglot-current-server)))
      (linkname-goto "runtime.pro|cPin")
      (call-interactively #'xref-find-definitions)
      (should (string-suffix-p "/src/runtime/proc.go" buffer-file-name))
      (should (equal (buffer-substring-no-properties (line-beginning-position) (line-end-position))
                     "func procPin() int {"))
      (should (= (current-column) 5))
      (should (eq (eglot-current-server) server))
      ;; sync/atomic's runtime_procPin is pushed by a directive in this file.
      (linkname-goto "sync/atomic.runtime_pro|cPin")
      (call-interactively #'xref-find-definitions)
      (should (string-match-p "/src/sync/atomic/" buffer-file-name))
      (should (looking-at-p "runtime_procPin() int")))))

(ert-deftest references-are-listed-and-lead-to-their-places ()
  (linkname-in "engine/engine.go"
    (linkname-goto "func adv|ance")
    (call-interactively #'xref-find-references)
    (with-current-buffer "*xref*"
      (let ((text (buffer-substring-no-properties (point-min) (point-max))))
        (should (string-match-p "^.*app/app.go$" text))
        (should (string-match-p "^ *17: //go:linkname tick example.com/m/engine.advance$" text))
        (should (string-match-p "^ *18: func tick() int$" text))
        (should (string-match-p "^ *13: func advance() int {" text))
        ;; Nothing twice.
        (let ((lines (seq-filter (lambda (line) (string-match-p "[0-9]: " line))
                                 (split-string text "\n" t))))
          (should (equal lines (seq-uniq lines)))))
      (goto-char (point-min))
      (search-forward "linkname tick")
      (xref-goto-xref))
    (set-buffer (window-buffer))
    (should (equal (seq-take (linkname-here) 3) '("app/app.go" 17 19)))))


;;; What is shown

(ert-deftest hover-tells-the-other-end ()
  (linkname-in "app/app.go"
    (let ((text (hover "return n|ow()")))
      (should (string-match-p "its body is `clockNow` in package example.com/m/engine" text))
      (should (string-match-p "^func clockNow() int$" text)))))

(ert-deftest diagnostics-appear-and-vanish-while-typing ()
  (linkname-in "app/app.go"
    (pause)
    (goto-char (point-max))
    (insert "\n//go:linkname gone example.com/m/engine.nothing\nfunc gone() int\n")
    (pause)
    (linkname-until "a finding" (lambda () (finding-p "[undefined-target]")))
    (let ((one (seq-find (lambda (one)
                           (string-match-p "undefined-target" (flymake-diagnostic-text one)))
                         (flymake-diagnostics))))
      (should (equal (buffer-substring-no-properties (flymake-diagnostic-beg one)
                                                     (flymake-diagnostic-end one))
                     "go:linkname gone example.com/m/engine.nothing")))
    (linkname-goto "engine.|nothing")
    (delete-char (length "nothing"))
    (insert "advance")
    (pause)
    (linkname-until "no finding" (lambda () (not (linkname-findings))))))

(ert-deftest completion-offers-symbols-in-a-directive ()
  (linkname-in "app/app.go"
    (goto-char (point-max))
    (insert "\n//go:linkname more example.com/m/engine.adv\nfunc more() int\n")
    (linkname-goto "engine.adv|\nfunc more")
    (completion-at-point)
    (should (equal (buffer-substring-no-properties (line-beginning-position) (line-end-position))
                   "//go:linkname more example.com/m/engine.advance"))))


;;; Edits

(ert-deftest quick-fix-is-applied-to-the-buffer ()
  (linkname-in "broken/broken.go"
    (linkname-until "a finding" (lambda () (finding-p "[missing-unsafe-import]")))
    (goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
    (choose "unsafe" #'eglot-code-actions)
    (goto-char (point-min))
    (should (search-forward "import _ \"unsafe\"" nil t))
    (pause)
    (linkname-until "no finding" (lambda () (not (linkname-findings))))))

(ert-deftest unsaved-edits-win ()
  (linkname-in "engine/engine.go"
    (goto-char (point-min))
    (search-forward "func advance")
    (beginning-of-line)
    (insert "\n\n\n")
    (linkname-in "app/app.go"
      (with-current-buffer (get-file-buffer (linkname-file "engine/engine.go")) (pause))
      (should (equal (jump "engine.adv|ance") '("engine/engine.go" 16 5 "advance"))))))

(ert-deftest rename-changes-both-packages ()
  (linkname-in "engine/engine.go"
    (linkname-goto "func adv|ance")
    (cl-letf (((symbol-function 'y-or-n-p) #'always))
      (eglot-rename "proceed"))
    (goto-char (point-min))
    (should (search-forward "func proceed() int" nil t))
    (with-current-buffer (get-file-buffer (linkname-file "app/app.go"))
      (goto-char (point-min))
      (should (search-forward "//go:linkname tick example.com/m/engine.proceed" nil t)))))


;;; Settings and commands

(ert-deftest settings-come-from-the-section-linkname ()
  (linkname-in "broken/broken.go"
    (linkname-until "a finding" (lambda () (finding-p "[missing-unsafe-import]")))
    (unwind-protect
        (progn
          (setq-default eglot-workspace-configuration
                        '(:linkname (:rules (:missing-unsafe-import "off"))))
          (eglot-signal-didChangeConfiguration (eglot-current-server))
          (linkname-until "no such finding"
                          (lambda () (not (finding-p "[missing-unsafe-import]")))))
      (setq-default eglot-workspace-configuration nil)
      (eglot-signal-didChangeConfiguration (eglot-current-server)))))

(ert-deftest status-is-shown ()
  (linkname-in "app/app.go"
    (eglot-linkname-status)
    (with-current-buffer "*linkname-ls status*"
      (goto-char (point-min))
      (should (looking-at-p "linkname-ls [0-9]"))
      (should (search-forward "example.com/m" nil t)))))

(ert-deftest explanation-is-that-of-the-finding-at-point ()
  (linkname-in "broken/broken.go"
    (linkname-until "a finding" (lambda () (finding-p "[missing-unsafe-import]")))
    (goto-char (flymake-diagnostic-beg (car (flymake-diagnostics))))
    (cl-letf (((symbol-function 'completing-read)
               (lambda (_prompt _choices _predicate _match _input _history default) default)))
      (call-interactively #'eglot-linkname-explain))
    (with-current-buffer "*linkname-ls missing-unsafe-import*"
      (goto-char (point-min))
      (should (search-forward "only allowed in Go files that import \"unsafe\"" nil t)))))

(ert-deftest symbol-is-copied ()
  (linkname-in "app/app.go"
    (linkname-goto "func t|ick")
    (eglot-linkname-copy-symbol)
    (should (equal (current-kill 0) "example.com/m/engine.advance"))))

(ert-deftest symbol-is-that-of-what-has-just-been-typed ()
  (linkname-in "app/app.go"
    (linkname-goto "engine.|advance")
    (insert "x")
    (linkname-goto "func t|ick")
    (eglot-linkname-copy-symbol)
    (should (equal (current-kill 0) "example.com/m/engine.xadvance"))))

(ert-deftest nothing-is-copied-where-there-is-no-symbol ()
  (linkname-in "app/app.go"
    (linkname-goto "pack|age app")
    (should-error (eglot-linkname-copy-symbol) :type 'user-error)))

(ert-deftest graph-is-opened-in-a-browser ()
  (linkname-in "app/app.go"
    (let* (opened
           (browse-url-browser-function (lambda (url &rest _) (setq opened url))))
      (eglot-linkname-graph)
      (let ((file (url-unhex-string (string-remove-prefix "file://" opened))))
        (with-temp-buffer
          (insert-file-contents file)
          (should (search-forward "Links of example.com/m" nil t))
          (should (search-forward "</html>" nil t)))
        (delete-file file)))))


;;; The life of the server

(ert-deftest a-killed-server-is-told-of-and-can-be-started-again ()
  (linkname-in "app/app.go"
    (let* ((pid (pid-of (eglot-current-server)))
           ;; Once it has answered, nothing is on the way.
           (_ (save-window-excursion (jump "return n|ow()")))
           (said (linkname-said
                  (lambda ()
                    (signal-process pid 'KILL)
                    (linkname-until "the end of the server" (lambda () (not (eglot-managed-p))))))))
      (should (string-match-p "Server exited with status 9" said))
      (should-not (linkname-alive-p pid))
      ;; M-x eglot, without a question.
      (call-interactively #'eglot)
      (linkname-until "another server" #'linkname-served-p)
      (should-not (= (pid-of (eglot-current-server)) pid))
      (should (equal (jump "return n|ow()") '("engine/engine.go" 9 5 "clockNow"))))))

(ert-deftest a-server-that-is-shut-down-leaves-no-process ()
  (linkname-in "app/app.go"
    (let ((pid (pid-of (eglot-current-server))))
      (should (linkname-alive-p pid))
      ;; Eglot gives up after 1.5 seconds, which a busy machine may need.
      (eglot-shutdown (eglot-current-server) nil linkname-patience)
      (linkname-until "the end of the process" (lambda () (not (linkname-alive-p pid)))))))

(provide 'eglot_test)
;;; eglot_test.el ends here
