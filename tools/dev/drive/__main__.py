import argparse
import sys


def main() -> int:
    parser = argparse.ArgumentParser(prog="drive", description=__import__("drive").__doc__,
                                     formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    one = commands.add_parser("record", help="drive the application in the current folder")
    one.add_argument("--app", required=True, help="MODULE:ATTRIBUTE of the ASGI application")
    one.add_argument("--metadata", required=True, help="MODULE:ATTRIBUTE of the MetaData, or of a declarative base")
    one.add_argument("--database-url", required=True, help="for a synchronous engine; what is there is dropped")
    one.add_argument("--prepare", default="", metavar="COMMAND",
                     help="makes the tables (`alembic upgrade head`), instead of the metadata")
    one.add_argument("--graphql", default="", help="the path of a GraphQL endpoint")
    one.add_argument("--rows", type=int, default=4, help="in each table")
    one.add_argument("--rounds", type=int, default=2, help="how often each operation is asked")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--header", action="append", default=[], metavar="NAME=VALUE")
    one.add_argument("--constant", action="append", default=[], metavar="COLUMN=VALUE",
                     help="what a column or parameter of this name always is; without VALUE, NULL")
    one.add_argument("--unsteady", action="append", default=["\x00"], metavar="KEY",
                     help="a key of answers whose value differs from run to run")
    one.add_argument("--blocking", action="store_true",
                     help="also record files, sleeps, sockets and locks on the event loop (package blockbuster)")
    one.add_argument("--bearer-claims", default="{}", help="JSON of a token that is sent with each request")
    one.add_argument("--bearer-secret", default="", help="what that token is signed with (HS256)")
    one.add_argument("--jobs", action="store_true", help="then each scheduled job once (APScheduler)")
    one.add_argument("--call", action="append", default=[], metavar="'MODULE:FUNCTION [ARGUMENT, ...]'",
                     help="then this function, arguments in JSON; a Celery task runs in this process")
    one.add_argument("--skip", default="", help="a regular expression on the name of a request")
    one.add_argument("--out", required=True)
    two = commands.add_parser("compare", help="what differs between two recordings; exit status 1 when something does")
    two.add_argument("before")
    two.add_argument("after")
    two.add_argument("--all", action="store_true", help="also what differs only in logs or order")
    two.add_argument("--width", type=int, default=300)
    options = parser.parse_args()
    if options.command == "compare":
        from .compare import compare
        return compare(options)
    from .record import record
    return record(options)


if __name__ == "__main__":
    sys.exit(main())
