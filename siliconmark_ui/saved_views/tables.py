"""The table of saved views: what a person named, per page; at most one of them is what the page opens with."""

from datetime import datetime

from sqlalchemy import BigInteger, Boolean, CheckConstraint, ForeignKey, Index, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from siliconmark_ui.models import Base, CodePoints, Instant, one_of
from siliconmark_ui.words import NAME_MAX

PAGES = ("jobs", "performance", "machines")
QUERY_MAX = 4000


class SavedView(Base):
    """One view of a page under a name; `query` is its query string, empty for the plain page."""

    __tablename__ = "saved_views"
    __table_args__ = (
        CheckConstraint(one_of("page", PAGES), name="page"),
        CheckConstraint(f"char_length(name) BETWEEN 1 AND {NAME_MAX}", name="name_length"),
        CheckConstraint(f"char_length(query) <= {QUERY_MAX}", name="query_length"),
        UniqueConstraint("user_id", "page", "name"),
        Index("uq_saved_views_default", "user_id", "page", unique=True, postgresql_where=text("is_default")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id", ondelete="CASCADE"))
    page: Mapped[str] = mapped_column(CodePoints)
    name: Mapped[str] = mapped_column(CodePoints)
    query: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Instant)
    is_default: Mapped[bool] = mapped_column(Boolean, server_default=text("false"), default=False)
