"""The linker's symbol table: who defines, refers to and marks each link symbol."""
