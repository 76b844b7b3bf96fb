;;; eglot-linkname.el --- Eglot with linkname-ls, for Go's linknames  -*- lexical-binding: t -*-

;; Copyright (C) 2026 The linkname-ls authors

;; Author: The linkname-ls authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (eglot "1.9"))
;; Keywords: languages, tools
;; URL: https://github.com/linkname-ls/linkname-ls
;; SPDX-License-Identifier: BSD-3-Clause

;; This file is not part of GNU Emacs.

;;; Commentary:

;; linkname-ls is a language server for the //go:linkname directives of
;; Go: it leads to the other end of a link, says what the compiler and
;; the linker would say of it, and mends what is wrong.
;;
;;     (require 'eglot-linkname)
;;     (eglot-linkname-mode 1)
;;     (setq eglot-extend-to-xref t)        ; go on from files of the Go tree
;;     (add-hook 'go-mode-hook #'eglot-ensure)
;;
;; Eglot has one server for each buffer.  Where there is gopls,
;; linkname-ls starts it and is one server together with it
;; ("linkname-ls --with gopls").  The gopls that you have set in
;; `eglot-server-programs' is taken, with its arguments and its
;; :initializationOptions; so enable the mode after you have set it.
;; Where there is no linkname-ls, everything is as it was without this
;; mode.
;;
;; All that Eglot can do works as ever: jumps, references, ElDoc, Flymake,
;; `eglot-code-actions', `eglot-rename', completion.  Beside that there are
;; `eglot-linkname-status', `eglot-linkname-explain',
;; `eglot-linkname-copy-symbol' and `eglot-linkname-graph'.
;;
;; Settings go into the section :linkname of Eglot's configuration:
;;
;;     (setq-default eglot-workspace-configuration
;;                   '(:linkname (:rules (:advice "hint"))))

;;; Code:

(require 'eglot)
(require 'flymake)
(require 'project)
(require 'seq)
(require 'url-util)

(defgroup eglot-linkname nil
  "A language server for Go's linknames."
  :group 'eglot
  :prefix "eglot-linkname-")

(defcustom eglot-linkname-command '("linkname-ls")
  "The program linkname-ls, with its arguments."
  :type '(repeat string))

(defcustom eglot-linkname-gopls t
  "Which gopls linkname-ls asks too.
With t that which Eglot would start without this mode, if it is
installed.  With nil none: linkname-ls stands in the place of
gopls.  Otherwise this program, with its arguments."
  :type '(choice (const :tag "The one of Eglot" t)
                 (const :tag "None" nil)
                 (repeat :tag "This command" string)))

(defconst eglot-linkname--modes
  '((go-mode :language-id "go")
    (go-ts-mode :language-id "go")
    (go-dot-mod-mode :language-id "go.mod")
    (go-mod-ts-mode :language-id "go.mod")
    (go-dot-work-mode :language-id "go.work")
    (go-work-ts-mode :language-id "go.work")
    (asm-mode :language-id "asm"))
  "Modes of files that linkname-ls, or gopls behind it, knows.")

;;;###autoload
(define-minor-mode eglot-linkname-mode
  "Have Eglot start linkname-ls for Go, together with gopls."
  :global t
  (setq eglot-server-programs
        (seq-remove #'eglot-linkname--own-p eglot-server-programs))
  (remove-hook 'project-find-functions #'eglot-linkname-find-module)
  (when eglot-linkname-mode
    (push (cons eglot-linkname--modes #'eglot-linkname-contact)
          eglot-server-programs)
    (add-hook 'project-find-functions #'eglot-linkname-find-module t)))


;;; The server

(defun eglot-linkname-contact (&optional interactive)
  "Return what Eglot is to start for the current buffer.
That is linkname-ls, with the gopls that Eglot would have
started; or what it would have started, where that is something
else, or where linkname-ls is not installed.  INTERACTIVE says
whether the user has asked for a server."
  (let* ((before (eglot-linkname--before interactive))
         (split (or (seq-position before nil (lambda (one _) (keywordp one)))
                    (length before)))
         (command (seq-take before split))
         (program (and (seq-every-p #'stringp command) (car command))))
    (cond
     ((not (executable-find (car eglot-linkname-command) t))
      (message "Without linkname-ls: there is no program %s"
               (car eglot-linkname-command))
      before)
     ((and (derived-mode-p 'asm-mode)
           (not (locate-dominating-file default-directory "go.mod")))
      (eglot-linkname--entry major-mode interactive))
     ((null eglot-linkname-gopls) eglot-linkname-command)
     ((consp eglot-linkname-gopls)
      (eglot-linkname--with eglot-linkname-gopls (seq-drop before split)))
     ((and before (or (null program) (memq :autoport before)))
      (message "Without linkname-ls: Go has a server that is not started by a command")
      before)
     ((not (and program (executable-find program t))) eglot-linkname-command)
     ((string-match-p "gopls" (file-name-base program))
      (eglot-linkname--with command (seq-drop before split)))
     (t (message "Without linkname-ls: Go has another server, %s" program)
        before))))

(defun eglot-linkname--with (gopls more)
  "Return the command of linkname-ls with the command GOPLS, and MORE."
  (append eglot-linkname-command
          (list "--with" (car gopls))
          (and (cdr gopls) (cons "--" (cdr gopls)))
          more))

(defun eglot-linkname--before (interactive)
  "Return what Eglot would start for Go without this mode.
INTERACTIVE says whether the user has asked for a server."
  (seq-some (lambda (mode) (eglot-linkname--entry mode interactive))
            (if (derived-mode-p 'asm-mode)
                '(go-mode go-ts-mode)
              (list major-mode 'go-mode 'go-ts-mode))))

(defun eglot-linkname--entry (mode interactive)
  "Return what Eglot would start for MODE without this mode, nil for nothing.
INTERACTIVE says whether the user has asked for a server."
  (let ((contact
         (cdr (seq-find (lambda (entry)
                          (and (not (eglot-linkname--own-p entry))
                               (eglot-linkname--holds-p (car entry) mode)))
                        eglot-server-programs))))
    (cond ((not (functionp contact)) contact)
          ;; Newer versions of Eglot hand over the project too.
          ((eql (cdr (func-arity contact)) 1)
           (ignore-errors (funcall contact interactive)))
          (t (ignore-errors (funcall contact interactive (project-current)))))))

(defun eglot-linkname--own-p (entry)
  "Return whether ENTRY of `eglot-server-programs' is that of this mode."
  (eq (cdr entry) #'eglot-linkname-contact))

(defun eglot-linkname--holds-p (key mode)
  "Return whether the KEY of an entry of `eglot-server-programs' is for MODE."
  (seq-some (lambda (one) (provided-mode-derived-p mode (if (consp one) (car one) one)))
            (if (or (symbolp key) (keywordp (cadr key))) (list key) key)))


;;; The project

(defun eglot-linkname-find-module (directory)
  "Return the Go module of DIRECTORY as a project, or its go.work; nil in none.
This comes last in `project-find-functions', so it is for modules
that are in no other project.  Else each of their folders would
have a server of its own."
  (let ((root (or (locate-dominating-file directory "go.work")
                  (locate-dominating-file directory "go.mod"))))
    (and root (cons 'eglot-linkname root))))

(cl-defmethod project-root ((project (head eglot-linkname)))
  "Return the folder of PROJECT, a Go module."
  (cdr project))


;;; Commands

(defun eglot-linkname--execute (command &rest arguments)
  "Return the answer of the server to COMMAND with ARGUMENTS."
  (let ((server (or (eglot-current-server)
                    (user-error "No language server here; M-x eglot starts it"))))
    (condition-case problem
        ;; Deferred, so that what has been typed is told first.
        (jsonrpc-request server :workspace/executeCommand
                         (list :command command :arguments (vconcat arguments))
                         :deferred t)
      (jsonrpc-error
       (user-error "%s: %s" command
                   (alist-get 'jsonrpc-error-message (cddr problem)))))))

(defun eglot-linkname--show (name text &optional markdown)
  "Show TEXT in a buffer called NAME, as Markdown if MARKDOWN is non-nil."
  (with-current-buffer (get-buffer-create name)
    (let ((inhibit-read-only t))
      (erase-buffer)
      (insert text)
      (goto-char (point-min))
      (if (and markdown (fboundp 'gfm-view-mode))
          (gfm-view-mode)
        (special-mode)))
    (display-buffer (current-buffer))))

;;;###autoload
(defun eglot-linkname-status ()
  "Show which Go, modules and links linkname-ls knows here."
  (interactive)
  (eglot-linkname--show
   "*linkname-ls status*"
   (plist-get (eglot-linkname--execute "linkname.status") :text)))

;;;###autoload
(defun eglot-linkname-explain (rule)
  "Show what RULE of linkname-ls is about; by default that of the finding here."
  (interactive
   (let* ((rules (append (eglot-linkname--execute "linkname.explain") nil))
          (here (eglot-linkname--rule-at-point rules)))
     (list (completing-read (format-prompt "Rule" here) rules nil t nil nil here))))
  (eglot-linkname--show
   (format "*linkname-ls %s*" rule)
   (eglot-linkname--execute "linkname.explain" rule)
   t))

(defun eglot-linkname--rule-at-point (rules)
  "Return which of RULES has a finding at point, nil for none."
  (let ((texts (mapcar
                (lambda (one)
                  ;; From Flymake 1.4 on, the text is without the rule.
                  (or (and (fboundp 'flymake-diagnostic-code)
                           (flymake-diagnostic-code one))
                      (flymake-diagnostic-text one)))
                (flymake-diagnostics (point)))))
    (seq-find (lambda (rule)
                (let ((word (format "\\(\\`\\|\\[\\)%s\\(\\'\\|]\\)" rule)))
                  (seq-some (lambda (text) (string-match-p word (format "%s" text)))
                            texts)))
              rules)))

;;;###autoload
(defun eglot-linkname-copy-symbol ()
  "Copy the symbol that the linker knows what is at point by."
  (interactive)
  (let ((symbol (eglot-linkname--execute "linkname.symbol"
                                         (eglot-linkname--address)
                                         (eglot-linkname--position))))
    (unless symbol (user-error "Nothing here has a link symbol"))
    (kill-new symbol)
    (message "%s" symbol)))

(defun eglot-linkname--address ()
  "Return the address of the file of the current buffer."
  (concat "file://"
          (and (eq system-type 'windows-nt) "/")
          (url-hexify-string (file-local-name (file-truename buffer-file-name))
                             url-path-allowed-chars)))

(defun eglot-linkname--position ()
  "Return point as the server counts."
  (list :line (1- (line-number-at-pos nil t))
        :character (funcall (if (boundp 'eglot-current-linepos-function)
                                (symbol-value 'eglot-current-linepos-function)
                              (symbol-value 'eglot-current-column-function)))))

;;;###autoload
(defun eglot-linkname-graph (&optional patterns)
  "Show in a web browser which packages link to which.
With a prefix argument, ask for the package PATTERNS that it is
to be drawn of, such as ./... or example.com/m; else it is drawn
of the workspace."
  (interactive
   (list (and current-prefix-arg
              (split-string (read-string "Packages: ")))))
  (let ((graph (apply #'eglot-linkname--execute "linkname.graph" patterns))
        (file (make-temp-file "linkname-" nil ".html")))
    (unless graph (user-error "No folder is open"))
    (let ((coding-system-for-write 'utf-8))
      (write-region (plist-get graph :html) nil file nil 'silent))
    (browse-url-of-file file)))

(provide 'eglot-linkname)
;;; eglot-linkname.el ends here
