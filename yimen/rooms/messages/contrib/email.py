"""E-mail over SMTP: taken when the mail server has accepted the message."""

import smtplib

from django.conf import settings
from django.core.mail import EmailMessage, mailers
from django.core.mail.message import make_msgid

from yimen.rooms.messages.base import Letter, NotTaken, one_line, register


def _on_console() -> bool:
    return "console" in settings.MAILERS["default"]["BACKEND"]


class Email:
    """The proof is the Message-ID that went out."""

    name = "email"

    def send(self, letter: Letter) -> str:
        """Hand over to the configured mail server."""
        proof = make_msgid(domain="yimen")
        message = EmailMessage(
            one_line(letter.title),
            letter.body,
            settings.DEFAULT_FROM_EMAIL,
            [letter.address],
            # Answers of machines (out of office) are asked not to come: nobody reads them (RFC 3834).
            headers={"Message-ID": proof, "Auto-Submitted": "auto-generated"},
        )
        for one in letter.attachments:
            if _on_console():
                message.body += f"\n[{one.name}]"
            else:
                message.attach(one.name, one.content, "application/pdf")
        try:
            with mailers.default as connection:
                taken = connection.send_messages([message])
        except (OSError, smtplib.SMTPException, ValueError) as error:
            raise NotTaken(f"{type(error).__name__}: {error}") from error
        if not taken:
            raise NotTaken("the mail server took no message")
        return proof

    def check_config(self) -> list[str]:
        """SMTP needs a host; the console backend is only for demonstration."""
        if _on_console() and not settings.DEMO:
            return ["YIMEN_EMAIL_URL is not set: e-mail would only be written to the console"]
        return []


channel = register(Email())
