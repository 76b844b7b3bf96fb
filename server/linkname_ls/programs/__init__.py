"""What is linked together: programs, who reaches what in them, and what the linker says of a reference."""
