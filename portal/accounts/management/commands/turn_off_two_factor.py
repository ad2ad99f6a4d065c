"""Let a person in who has lost both the telephone and the recovery codes."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from wagtail.log_actions import log

from portal.accounts.models import User

ACTION = "portal.two_factor.turn_off"


class Command(BaseCommand):
    """`turn_off_two_factor MAIL_ADDRESS`: only after making sure who is asking."""

    help = "Turn the second step of a person's log-in off. Where it is needed a new one is set up."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the mail address."""
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        """Turn it off, and note it in the site's history. Raises CommandError without a person."""
        person = User.objects.filter(email__iexact=options["email"]).first()
        if person is None:
            raise CommandError(f"There is no account {options['email']}.")
        with transaction.atomic():
            removed, _models = Authenticator.objects.filter(user=person).delete()
            if removed:
                log(instance=person, action=ACTION)
        said = "off now" if removed else "not on"
        self.stdout.write(f"{person.email}: the second step is {said}.")
