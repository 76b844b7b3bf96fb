;;; start.el --- What the tests in Emacs share  -*- lexical-binding: t -*-

;;; Code:

(require 'package)
;; -Q leaves Debian's packages out.
(add-to-list 'package-directory-list "/usr/share/emacs/site-lisp/elpa")
(package-activate-all)
(add-to-list 'load-path (getenv "LINKNAME_EMACS"))
(require 'ert)
(require 'cl-lib)
(require 'flymake)
(require 'xref)

(defvar linkname-root (file-name-as-directory (file-truename (getenv "LINKNAME_ROOT")))
  "The folder of the module.")

(defvar linkname-pids nil
  "The processes of servers that were started.")

(defvar linkname-patience 60
  "Seconds to wait for what a server is to do.")

(defun linkname-run ()
  "Run all tests, clean up, and leave Emacs."
  (let ((ert-batch-backtrace-right-margin 200)
        (ert-batch-print-length 30)
        (ert-batch-print-level 8))
    (ert-run-tests-batch))
  (with-temp-file (expand-file-name "pids" (getenv "HOME"))
    (dolist (pid linkname-pids) (insert (format "%d\n" pid))))
  (kill-emacs 0))

(defun linkname-until (what holds)
  "Wait until HOLDS returns something, and return that; WHAT says what it is."
  (let ((deadline (+ (float-time) linkname-patience))
        found)
    (while (and (not (setq found (funcall holds)))
                (< (float-time) deadline))
      (accept-process-output nil 0.02))
    (unless found (ert-fail (list 'timeout what)))
    found))

(defun linkname-as-ever (function &rest arguments)
  "Call FUNCTION with ARGUMENTS, and only tell what goes wrong.
So does Emacs in what it does by the way.  ERT would end the test."
  (let ((debug-on-error nil))
    (condition-case problem
        (apply function arguments)
      (error (message "By the way: %S" problem)))))

(dolist (one '(jsonrpc--process-filter jsonrpc--process-sentinel timer-event-handler))
  (advice-add one :around #'linkname-as-ever))

(defun linkname-file (name)
  "Return the path of a file of the module called NAME."
  (expand-file-name name linkname-root))

(defun linkname-goto (text)
  "Put point into TEXT, where it has a |; elsewhere | would be a problem."
  (goto-char (point-min))
  (let ((case-fold-search nil))
    (search-forward (string-replace "|" "" text)))
  (goto-char (+ (match-beginning 0) (string-search "|" text))))

(defun linkname-here ()
  "Return the file, line (1-based) and column that point is at, and the word there."
  (list (file-relative-name (file-truename buffer-file-name) linkname-root)
        (line-number-at-pos) (current-column)
        (thing-at-point 'symbol t)))

(defun linkname-findings ()
  "Return the texts of the diagnostics in the current buffer."
  (mapcar #'flymake-diagnostic-text (flymake-diagnostics)))

(defun linkname-said (body)
  "Call BODY, and return what it says in the echo area."
  (let* (said
         (listen (lambda (format &rest arguments)
                   (when format
                     (push (apply #'format-message format arguments) said)))))
    (advice-add 'message :before listen)
    (unwind-protect (funcall body)
      (advice-remove 'message listen))
    (string-join (nreverse said) "\n")))

(defun linkname-until-said (regexp body)
  "Call BODY, wait until the echo area has said what matches REGEXP, and return it."
  (let* ((said "")
         (listen (lambda (format &rest arguments)
                   (when format
                     (setq said (concat said (apply #'format-message format arguments) "\n"))))))
    (advice-add 'message :before listen)
    (unwind-protect
        (progn (funcall body)
               (linkname-until regexp (lambda () (and (string-match-p regexp said) said))))
      (advice-remove 'message listen))))

(defun linkname-alive-p (pid)
  "Return whether the process PID is there."
  (and (process-attributes pid)
       (not (equal "Z" (alist-get 'state (process-attributes pid))))))

(defmacro linkname-in (name &rest body)
  "Run BODY in a window with the file NAME of the module, and throw edits away."
  (declare (indent 1))
  `(save-window-excursion
     (let ((before (buffer-list))
           (buffer (linkname-visit (linkname-file ,name))))
       (unwind-protect
           (with-current-buffer buffer ,@body)
         (dolist (one (buffer-list))
           (unless (memq one before)
             (when (buffer-file-name one)
               (with-current-buffer one (set-buffer-modified-p nil))
               ;; Whether a dead server can be told is not what the test is about.
               (let ((debug-on-error nil)) (kill-buffer one)))))))))

(defun linkname-visit (file)
  "Visit FILE as a user does, and wait for its server."
  (switch-to-buffer (find-file-noselect file))
  (linkname-settle)
  (linkname-until (format "a server for %s" file) #'linkname-served-p)
  (current-buffer))

(defun linkname-settle ()
  "Do what Emacs does after a command and when it draws; in batch mode it does neither."
  (run-hooks 'window-configuration-change-hook)
  (run-hooks 'post-command-hook))

(provide 'start)
;;; start.el ends here
