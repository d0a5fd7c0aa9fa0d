"""Every table in one place: import this and the metadata is complete."""

from sqlmodel import SQLModel

from models.cycle import Assignment, Cycle, CycleUnit, DeadlineVersion, Stage, Team, TeamMember, UnitStage, Visit
from models.draw import Draw
from models.duty import Duty, Entry
from models.event import ChainHead, Event
from models.intake import Intake
from models.key_unit import KeyUnit
from models.notice import DayAccount, Hold, Message, Notice, RateWindow
from models.office import Lease, Login, Office, Share, SignInTry, User
from models.paper import NumberSeries, Paper, PaperForm, PaperNumber, PointsProposal
from models.plan import Deliverable, Plan, PlanStage, Task
from models.problem import Escalation, Letter, LookBack, LookBackRound, Problem
from models.rank import PlanDown, PlanSource, ReportUp
from models.score import Score
from models.second_factor import RecoveryCode, SecondFactor
from models.submission import Draft, Evidence, Extension, StagedFile, Statement, Submission
from models.unit import Contact, GroupMember, Link, LinkCode, ShortAddress, Unit, UnitGroup

METADATA = SQLModel.metadata

__all__ = [
    "METADATA", "Assignment", "ChainHead", "Contact", "Cycle", "CycleUnit", "DayAccount", "DeadlineVersion",
    "Deliverable", "Draft", "Draw", "Duty", "Entry", "Escalation", "Event", "Evidence", "Extension", "GroupMember",
    "Hold", "Intake", "KeyUnit", "Lease", "Letter", "Link", "LinkCode", "Login", "LookBack", "LookBackRound",
    "Message", "Notice", "NumberSeries", "Office", "Paper", "PaperForm", "PaperNumber", "Plan", "PlanDown",
    "PlanSource", "PlanStage", "PointsProposal", "Problem", "RateWindow", "RecoveryCode", "ReportUp", "Score",
    "SecondFactor", "Share", "ShortAddress", "SignInTry", "Stage", "StagedFile", "Statement", "Submission", "Task",
    "Team", "TeamMember", "Unit", "UnitGroup", "UnitStage", "User", "Visit",
]
