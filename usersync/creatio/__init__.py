"""Creatio over OData 4: the client, the queries, and the mapping of our names to Creatio's.

What a reader of the code has to know of Creatio is told in `docs/creatio.md`; errors are in `usersync.creatio.errors`, ids that
are the same everywhere in `usersync.creatio.wellknown`.
"""

from usersync.creatio.auth import FormsLogin, Login, OAuthClientCredentials, login_from
from usersync.creatio.batch import BatchResult, Operation, chunks, create, delete, read, read_list, update
from usersync.creatio.client import CreatioClient
from usersync.creatio.configuration import EntitySettings, MappingSettings
from usersync.creatio.mapping import Mapping, Problem, Referrer
from usersync.creatio.metadata import Metadata
from usersync.creatio.odata import Page, Rows
from usersync.creatio.probe import (
    EntityAccess,
    OwnUser,
    RightsReport,
    active_employees,
    identity,
    rights_report,
    whoami,
)
from usersync.creatio.profiles import Profile
from usersync.creatio.query import Field, Filter, Lookup, Query, all_of, any_of, any_of_chunks, select
from usersync.creatio.session import Patience
from usersync.creatio.site import Runtime, Site
from usersync.creatio.traffic import Statistics

__all__ = [
    "BatchResult",
    "CreatioClient",
    "EntityAccess",
    "EntitySettings",
    "Field",
    "Filter",
    "FormsLogin",
    "Login",
    "Lookup",
    "Mapping",
    "MappingSettings",
    "Metadata",
    "OAuthClientCredentials",
    "Operation",
    "OwnUser",
    "Page",
    "Patience",
    "Problem",
    "Profile",
    "Query",
    "Referrer",
    "RightsReport",
    "Rows",
    "Runtime",
    "Site",
    "Statistics",
    "active_employees",
    "all_of",
    "any_of",
    "any_of_chunks",
    "chunks",
    "create",
    "delete",
    "identity",
    "login_from",
    "read",
    "read_list",
    "rights_report",
    "select",
    "update",
    "whoami",
]
