"""The command `kemitraan`: hosts the services and looks after them."""

from services.cli.app import main

if __name__ == "__main__":
    main()
