;;; eglot_start.el --- What the tests of Eglot share  -*- lexical-binding: t -*-

;;; Code:

(require 'eglot)
(require 'go-mode)
(require 'eglot-linkname)

(setq eglot-sync-connect 60
      eglot-connect-timeout 60
      jsonrpc-default-request-timeout 60
      eglot-extend-to-xref t
      eglot-autoreconnect nil
      eglot-confirm-server-initiated-edits nil
      ;; Anything but a click: questions are asked in the minibuffer.
      last-nonmenu-event ?x)
(eglot-linkname-mode 1)
(add-hook 'go-mode-hook #'eglot-ensure)
(add-hook 'asm-mode-hook #'eglot-ensure)
(add-hook 'go-dot-mod-mode-hook #'eglot-ensure)
(add-hook 'eglot-connect-hook
          (lambda (server)
            (setq linkname-pids (append (cons (pid-of server) (children-of (pid-of server)))
                                        linkname-pids))))

;; Eglot would show what it is answered in tests even for buffers that are gone.
(advice-add 'ert-running-test :override #'ignore)

(defun pid-of (server)
  "Return the process of SERVER."
  (process-id (jsonrpc--process server)))

(defun children-of (pid)
  "Return the processes that PID has started."
  (seq-filter (lambda (one) (eql (alist-get 'ppid (process-attributes one)) pid))
              (list-system-processes)))

(defun linkname-served-p ()
  "Return whether the current buffer has a server."
  (when (eglot-managed-p)
    (linkname-settle) ; Flymake starts then
    t))

(defun pause ()
  "Do what Emacs does when the user pauses."
  (dolist (timer (copy-sequence timer-idle-list))
    (timer-event-handler timer)))

(defun finding-p (text)
  "Return whether a diagnostic of the current buffer has TEXT."
  (seq-some (lambda (one) (string-match-p (regexp-quote text) one)) (linkname-findings)))

(defun jump (text)
  "Do M-. at TEXT, and return where that leads."
  (linkname-goto text)
  (call-interactively #'xref-find-definitions)
  (linkname-here))

(defun hover (text)
  "Return what ElDoc shows of the place in TEXT."
  (linkname-goto text)
  (when (buffer-live-p eldoc--doc-buffer) (kill-buffer eldoc--doc-buffer))
  (let ((this-command 'forward-char)) (eldoc-print-current-symbol-info))
  (linkname-until
   "something in the buffer of ElDoc"
   (lambda ()
     (when (buffer-live-p eldoc--doc-buffer)
       (with-current-buffer eldoc--doc-buffer
         (and (> (buffer-size) 0)
              (buffer-substring-no-properties (point-min) (point-max))))))))

(defun choose (title function)
  "Call FUNCTION, and choose what matches TITLE where it asks."
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt choices &rest _)
               (let ((titles (mapcar (lambda (one) (if (consp one) (car one) one)) choices)))
                 (or (seq-find (lambda (one) (string-match-p title one)) titles)
                     (ert-fail (list 'not-offered title titles)))))))
    (call-interactively function)))

(provide 'eglot_start)
;;; eglot_start.el ends here
