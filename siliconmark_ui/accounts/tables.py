"""Tables of what people hold beside their account: API tokens, one-time links, identities at providers, SSO attempts.

Nothing that opens anything is stored as it is: of each key, token and state only the SHA-256.
"""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Text, func, text
from sqlalchemy.orm import Mapped, mapped_column

from siliconmark_ui.models import ROLES, Base, CodePoints, Instant, one_of

TOKEN_SCOPES = ("read", "write")
LINK_KINDS = ("invitation", "reset")


class ApiToken(Base):
    """A person's token for programs; `hint` is the start of the token, by which its owner recognises it."""

    __tablename__ = "api_tokens"
    __table_args__ = (CheckConstraint(one_of("scope", TOKEN_SCOPES), name="scope"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(Text)
    scope: Mapped[str] = mapped_column(CodePoints)
    hint: Mapped[str] = mapped_column(CodePoints)
    token_hash: Mapped[str] = mapped_column(CodePoints, unique=True, repr=False)
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    last_used_at: Mapped[datetime | None] = mapped_column(Instant, default=None)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant, default=None)


class OneTimeLink(Base):
    """A link that works once: an invitation (`customer_id`, `role`) or a password reset (`user_id`)."""

    __tablename__ = "one_time_links"
    __table_args__ = (
        CheckConstraint(one_of("kind", LINK_KINDS), name="kind"),
        CheckConstraint(one_of("role", ROLES), name="role"),
        CheckConstraint("(kind = 'reset') = (user_id IS NOT NULL)", name="reset_has_user"),
        CheckConstraint(
            "kind = 'reset' OR (customer_id IS NOT NULL AND role IS NOT NULL)", name="invitation_has_place"
        ),
        Index(
            "uq_one_time_links_invited",
            "email",
            "customer_id",
            unique=True,
            postgresql_where=text("kind = 'invitation'"),
        ),
        Index(None, "user_id"),
        Index(None, "customer_id"),
        Index(None, "expires_at"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(CodePoints)
    key_hash: Mapped[str] = mapped_column(CodePoints, unique=True, repr=False)
    email: Mapped[str] = mapped_column(CodePoints)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"), default=None)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id", ondelete="CASCADE"), default=None)
    role: Mapped[str | None] = mapped_column(CodePoints, default=None)
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now(), init=False)


class Identity(Base):
    """Who a person is at an OpenID provider: `subject` is unique at its `issuer` and never reused there."""

    __tablename__ = "identities"
    __table_args__ = (Index(None, "user_id"),)

    issuer: Mapped[str] = mapped_column(CodePoints, primary_key=True)
    subject: Mapped[str] = mapped_column(CodePoints, primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(Instant, server_default=func.now(), init=False)


class SsoAttempt(Base):
    """A sign-in that was sent to a provider and is waited for: bound to one browser by a cookie, usable once."""

    __tablename__ = "sso_attempts"

    state_hash: Mapped[str] = mapped_column(CodePoints, primary_key=True)
    browser_hash: Mapped[str] = mapped_column(CodePoints)
    provider: Mapped[str] = mapped_column(CodePoints)
    nonce: Mapped[str] = mapped_column(CodePoints, repr=False)
    code_verifier: Mapped[str] = mapped_column(CodePoints, repr=False)
    redirect_uri: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(Instant, index=True)
