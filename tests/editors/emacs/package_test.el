;;; package_test.el --- What eglot-linkname starts, and that the packages are clean  -*- lexical-binding: t -*-

;;; Code:

(require 'eglot)
(require 'eglot-linkname)
(require 'package-lint)
(require 'checkdoc)

(defmacro contact-with (programs servers &rest body)
  "Run BODY in a Go buffer, where PROGRAMS are installed and Eglot knows SERVERS."
  (declare (indent 2))
  `(let* ((bin (make-temp-file "bin" t))
          (exec-path (list bin))
          (eglot-server-programs ,servers)
          (inhibit-message t))
     (dolist (one ,programs)
       (let ((file (expand-file-name one bin)))
         (write-region "#!/bin/sh\n" nil file nil 'silent)
         (set-file-modes file #o755)))
     (unwind-protect
         (with-temp-buffer
           (setq major-mode 'go-mode
                 default-directory linkname-root)
           (eglot-linkname-mode 1)
           ,@body)
       (eglot-linkname-mode -1)
       (delete-directory bin t))))

(defun contact ()
  "Return what Eglot would start in the current buffer."
  (let ((found (cdr (seq-find (lambda (entry)
                                (seq-some (lambda (one) (eq major-mode (if (consp one) (car one) one)))
                                          (ensure-list (car entry))))
                              eglot-server-programs))))
    (if (functionp found) (funcall found nil) found)))


;;; What is started

(ert-deftest gopls-is-started-by-linkname-ls ()
  (contact-with '("linkname-ls" "gopls") '((go-mode . ("gopls")))
    (should (equal (contact) '("linkname-ls" "--with" "gopls")))))

(ert-deftest gopls-keeps-its-arguments-and-options ()
  (contact-with '("linkname-ls" "gopls")
      '(((go-mode :language-id "go") . ("gopls" "-remote=auto" "-logfile=x"
                                        :initializationOptions (:staticcheck t))))
    (should (equal (contact) '("linkname-ls" "--with" "gopls" "--" "-remote=auto" "-logfile=x"
                               :initializationOptions (:staticcheck t))))))

(ert-deftest gopls-elsewhere-is-found-where-it-is ()
  (contact-with '("linkname-ls" "gopls") nil
    (push `((go-mode go-ts-mode) . (,(expand-file-name "gopls" (car exec-path)))) eglot-server-programs)
    (eglot-linkname-mode 1)
    (should (equal (contact) (list "linkname-ls" "--with" (expand-file-name "gopls" (car exec-path)))))))

(ert-deftest gopls-among-alternatives-is-found ()
  (contact-with '("linkname-ls" "gopls")
      (list (cons 'go-mode (eglot-alternatives '("none" ("gopls" "serve")))))
    (should (equal (contact) (list "linkname-ls" "--with" (expand-file-name "gopls" (car exec-path))
                                   "--" "serve")))))

(ert-deftest without-gopls-linkname-ls-is-alone ()
  (contact-with '("linkname-ls") '((go-mode . ("gopls")))
    (should (equal (contact) '("linkname-ls")))))

(ert-deftest without-linkname-ls-gopls-is-as-it-was ()
  (contact-with '("gopls") '((go-mode . ("gopls" "-v")))
    (should (equal (contact) '("gopls" "-v")))))

(ert-deftest another-server-for-go-is-left-alone ()
  (dolist (other '(("rass" "gopls") ("localhost" 6008) (some-class "gopls")
                   ("gopls" "-port" :autoport)))
    (contact-with '("linkname-ls" "gopls" "rass") (list (cons 'go-mode other))
      (should (equal (contact) other)))))

(ert-deftest gopls-can-be-left-out-or-set ()
  (contact-with '("linkname-ls" "gopls") '((go-mode . ("gopls" :initializationOptions (:a 1))))
    (let ((eglot-linkname-gopls nil))
      (should (equal (contact) '("linkname-ls"))))
    (let ((eglot-linkname-gopls '("/opt/gopls" "-v")))
      (should (equal (contact) '("linkname-ls" "--with" "/opt/gopls" "--" "-v"
                                 :initializationOptions (:a 1)))))))

(ert-deftest command-of-linkname-ls-can-be-set ()
  (contact-with '("python3" "gopls") '((go-mode . ("gopls")))
    (let ((eglot-linkname-command '("python3" "-m" "linkname_ls")))
      (should (equal (contact) '("python3" "-m" "linkname_ls" "--with" "gopls"))))))

(ert-deftest go-ts-mode-has-the-same-server ()
  (contact-with '("linkname-ls" "gopls") '((go-mode . ("gopls")))
    (setq major-mode 'go-ts-mode)
    (should (equal (contact) '("linkname-ls" "--with" "gopls")))))

(ert-deftest assembly-has-the-server-of-its-module-and-else-its-own ()
  (contact-with '("linkname-ls" "gopls") '((asm-mode . ("asm-lsp")) (go-mode . ("gopls")))
    (setq major-mode 'asm-mode)
    (should (equal (contact) '("linkname-ls" "--with" "gopls")))
    (setq default-directory "/")
    (should (equal (contact) '("asm-lsp")))))

(ert-deftest mode-that-is-off-leaves-no-trace ()
  (let* ((servers '((go-mode . ("gopls"))))
         (eglot-server-programs servers)
         (project-find-functions '(project-try-vc)))
    (eglot-linkname-mode 1)
    (eglot-linkname-mode 1)
    (should (= (length eglot-server-programs) 2))
    (eglot-linkname-mode -1)
    (should (equal eglot-server-programs servers))
    (should (equal project-find-functions '(project-try-vc)))))


;;; The project

(ert-deftest module-in-no-project-is-one-and-go.work-goes-before-go.mod ()
  (let* ((root (file-name-as-directory (make-temp-file "work" t)))
         (module (expand-file-name "a/" root))
         (project-find-functions '(project-try-vc eglot-linkname-find-module)))
    (make-directory (expand-file-name "b" module) t)
    (write-region "" nil (expand-file-name "go.mod" module) nil 'silent)
    (let ((inside (expand-file-name "b/" module)))
      (should (equal (project-root (project-current nil inside)) module))
      (write-region "" nil (expand-file-name "go.work" root) nil 'silent)
      (should (equal (project-root (project-current nil inside)) root)))
    (delete-directory root t)))

(ert-deftest other-projects-go-before-the-module ()
  (let ((project-find-functions (list (lambda (_) '(transient . "/")) 'eglot-linkname-find-module)))
    (should (equal (project-root (project-current nil linkname-root)) "/"))))


;;; The packages

(defun packages ()
  "Return the files of the packages."
  (directory-files (getenv "LINKNAME_EMACS") t "\\`[a-z].*\\.el\\'"))

(ert-deftest packages-compile-without-warnings ()
  (dolist (file (packages))
    (let* ((byte-compile-error-on-warn t)
           (compiled (make-temp-file "compiled" nil ".elc"))
           (byte-compile-dest-file-function (lambda (_) compiled)))
      (should (eq (byte-compile-file file) t))
      (delete-file compiled))))

(ert-deftest packages-are-documented-as-emacs-wants-it ()
  (dolist (file (packages))
    (let* (problems
           (checkdoc-create-error-function
            (lambda (text &rest _) (push text problems) nil)))
      (with-current-buffer (find-file-noselect file)
        (checkdoc-current-buffer t)
        (kill-buffer))
      (should-not problems))))

(ert-deftest packages-have-the-headers-that-archives-want ()
  (let ((package-archive-contents
         (mapcar (lambda (name) (list name (package-desc-create :name name :version '(99))))
                 '(eglot lsp-mode))))
    (dolist (file (packages))
      (with-current-buffer (find-file-noselect file)
        (emacs-lisp-mode)
        (should-not
         (seq-remove
          ;; It does not know the newer releases of Emacs.
          (lambda (one) (string-match-p "uninstallable in all released Emacs" (nth 3 one)))
          (package-lint-buffer)))
        (should (package-buffer-info))
        (kill-buffer)))))

(ert-deftest commands-and-the-mode-are-autoloaded ()
  (with-temp-buffer
    (insert-file-contents (expand-file-name "eglot-linkname.el" (getenv "LINKNAME_EMACS")))
    (while (re-search-forward "^(\\(?:defun\\|define-minor-mode\\) \\(eglot-linkname-[a-z-]+\\)" nil t)
      (let ((name (match-string 1)))
        (when (commandp (intern name))
          (save-excursion
            (forward-line -1)
            (should (equal (list name (looking-at-p ";;;###autoload")) (list name t)))))))))

(provide 'package_test)
;;; package_test.el ends here
