"""What the regime asks, and from which day on."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, StrictInt, Tag

from bulletin.project.params.base import Day, Model, seen_as


class Posts(Model):
    """Posts that one mine of each kind needs (两人一矿、两人两矿、两人两库)."""

    model_config = seen_as("每家企业应配的专员岗位数")

    underground: Annotated[StrictInt, Field(ge=0, le=100)] = 2
    open_pit: Annotated[StrictInt, Field(ge=0, le=100)] = 1
    tailings: Annotated[StrictInt, Field(ge=0, le=100)] = 1


class Rules(Model):
    """What the regime asks of a supervisor, from a day on."""

    model_config = seen_as("制度对专员的要求")

    since: Annotated[
        Day | None, Field(alias="from", description="自哪一天起执行；期间内制度有变时分组列出，各组写明，第一组可不写")
    ] = None
    onsite_per_week: Annotated[StrictInt, Field(ge=1, le=100, description="每周现场签到不少于几次")] = 1
    remote_per_week: Annotated[StrictInt, Field(ge=1, le=100, description="每周远程监管不少于几次")] = 5
    posts: Annotated[Posts, Field(description="每家企业应配专员岗位数，按类型")] = Posts()

    def changed_by(self, later: Rules) -> Rules:
        """What holds once `later` does: what it doesn't set stays as it was."""
        changes = {name: getattr(later, name) for name in later.model_fields_set}
        if "posts" in changes:
            posts = later.posts
            changes["posts"] = self.posts.model_copy(update={k: getattr(posts, k) for k in posts.model_fields_set})
        return self.model_copy(update=changes)


def _form_of_rules(value: object) -> str:
    return "list" if isinstance(value, list) else "one"


OneOrMoreRules = Annotated[
    Annotated[Rules, Tag("one")] | Annotated[list[Rules], Tag("list")], Discriminator(_form_of_rules)
]
