;;; lsp-linkname.el --- Lsp-mode with linkname-ls beside gopls  -*- lexical-binding: t -*-

;; Copyright (C) 2026 The linkname-ls authors

;; Author: The linkname-ls authors
;; Version: 0.1.0
;; Package-Requires: ((emacs "28.1") (lsp-mode "8.0.0"))
;; Keywords: languages, tools
;; URL: https://github.com/linkname-ls/linkname-ls
;; SPDX-License-Identifier: BSD-3-Clause

;; This file is not part of GNU Emacs.

;;; Commentary:

;; linkname-ls is a language server for the //go:linkname directives of
;; Go.  This has lsp-mode ask it beside gopls:
;;
;;     (require 'lsp-linkname)
;;     (add-hook 'go-mode-hook #'lsp-deferred)

;;; Code:

(require 'lsp-mode)
(require 'lsp-go)
(require 'seq)

(defgroup lsp-linkname nil
  "A language server for Go's linknames."
  :group 'lsp-mode
  :prefix "lsp-linkname-")

(defcustom lsp-linkname-command '("linkname-ls")
  "The program linkname-ls, with its arguments."
  :type '(repeat string))

(defcustom lsp-linkname-settings nil
  "Settings of linkname-ls as a property list, such as (:rules (:advice \"hint\")).
They are those of its section \"linkname\": :rules, :tags (a
vector), :ldflags, :build and :features."
  :type 'plist)

(lsp-register-custom-settings
 (mapcar (lambda (key)
           (list (concat "linkname." key)
                 (lambda () (plist-get lsp-linkname-settings (intern (concat ":" key))))))
         '("rules" "tags" "ldflags" "build" "features")))

(unless (assq 'asm-mode lsp-language-id-configuration)
  (push '(asm-mode . "asm") lsp-language-id-configuration))

(defun lsp-linkname--activate-p (file mode)
  "Return whether linkname-ls is asked about FILE, in major mode MODE.
Of assembly it is asked about that of Go."
  (if (eq mode 'asm-mode)
      (and file (locate-dominating-file file "go.mod"))
    (memq mode '(go-mode go-ts-mode go-dot-mod-mode go-mod-ts-mode))))

(defun lsp-linkname--options ()
  "Return the initialization options.
Beside gopls, hovers leave out what it shows."
  (append
   '(:commands ["linkname.showReferences"])
   (and (executable-find lsp-go-gopls-server-path)
        (or (null lsp-enabled-clients) (memq 'gopls lsp-enabled-clients))
        (not (memq 'gopls lsp-disabled-clients))
        (list :gopls (make-hash-table)))))

(defun lsp-linkname--show-references (action)
  "Show the places of a code lens; ACTION is its command."
  (lsp-show-xrefs (lsp--locations-to-xref-items
                   (seq-elt (lsp:command-arguments? action) 2))
                  nil t))

(defun lsp-linkname--libraries (_workspace)
  "Return the folders of Go and of the modules that it has fetched."
  (ignore-errors (process-lines "go" "env" "GOROOT" "GOMODCACHE")))

(defun lsp-linkname--open-library (opened)
  "Return the workspaces OPENED for a file of a library, and those of Go's others.
Lsp-mode opens such a file in one alone, which may be gopls's or
that of linkname-ls."
  (append
   opened
   (and opened
        (lsp-linkname--activate-p buffer-file-name major-mode)
        (seq-filter
         (lambda (workspace)
           (let ((client (lsp--workspace-client workspace)))
             (and (not (memq workspace opened))
                  (or (eq (lsp--client-server-id client) 'linkname-ls)
                      (and (eq (lsp--client-server-id client) 'gopls)
                           (memq major-mode (lsp--client-major-modes client))))
                  (prog1 t (lsp--open-in-workspace workspace)))))
         (lsp--session-workspaces (lsp-session))))))

(advice-add 'lsp--try-open-in-library-workspace
            :filter-return #'lsp-linkname--open-library)

(defun lsp-linkname--rename (request method params &rest more)
  "Call REQUEST with METHOD, PARAMS and MORE; a rename is asked of one server.
Lsp-mode cannot join two of them.  What is linked is renamed by
linkname-ls, with the directives; all else by the other server."
  (let ((ours (seq-find (lambda (one)
                          (eq (lsp--client-server-id (lsp--workspace-client one)) 'linkname-ls))
                        (lsp-workspaces)))
        (ask (lambda () (apply request method params more))))
    (if (not (and ours
                  (cdr (lsp-workspaces))
                  (member method '("textDocument/prepareRename" "textDocument/rename"))))
        (funcall ask)
      (or (condition-case refused
              (with-lsp-workspace ours (funcall ask))
            (error
             ;; It names gopls where that is to do it, as with methods.
             (unless (string-match-p "gopls" (error-message-string refused))
               (signal (car refused) (cdr refused)))))
          (with-lsp-workspaces (remq ours (lsp-workspaces))
            (funcall ask))))))

(advice-add 'lsp-request :around #'lsp-linkname--rename)

;; Where both servers lead to the same place, lsp-mode would ask which is meant.
(advice-add 'lsp--locations-to-xref-items :filter-return #'delete-dups)

(lsp-register-client
 (make-lsp-client
  :new-connection (lsp-stdio-connection (lambda () lsp-linkname-command))
  :activation-fn #'lsp-linkname--activate-p
  :server-id 'linkname-ls
  :add-on? t
  :multi-root t
  :completion-in-comments? t
  :initialization-options #'lsp-linkname--options
  :library-folders-fn #'lsp-linkname--libraries
  :action-handlers (let ((handlers (make-hash-table :test 'equal)))
                     (puthash "linkname.showReferences"
                              #'lsp-linkname--show-references handlers)
                     handlers)))

(provide 'lsp-linkname)
;;; lsp-linkname.el ends here
