"""What is kept of people: who they are, how they sign in, what is written to them, and what staff did."""

from core.members.models.allowance import Allowance
from core.members.models.change import StaffChange
from core.members.models.letter import Letter
from core.members.models.member import Member, MemberQuerySet, canonical, identity
from core.members.models.notice import Notice, NoticeChoice, NoticeMail
from core.members.models.sign_in import SignIn

__all__ = ["Allowance", "Letter", "Member", "MemberQuerySet", "Notice", "NoticeChoice", "NoticeMail", "SignIn"]
__all__ += ["StaffChange", "canonical", "identity"]
