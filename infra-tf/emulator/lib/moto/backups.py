"""What moto's AWS Backup does not have: selections of what a plan backs up, the list of what a vault holds, and what an account opted in to.

Nothing is ever backed up here, so each vault is empty.
"""

import json
from uuid import uuid4

from moto.backup import urls
from moto.backup.exceptions import ResourceNotFoundException
from moto.backup.responses import BackupResponse

# (account, region, plan) → id → selection
SELECTIONS = {}
# (account, region) → kind of resource → whether it is backed up
OPTED_IN = {}


def selections_of(handler, plan):
    backend = handler.backup_backend
    backend.get_backup_plan(backup_plan_id=plan, version_id=None)
    return SELECTIONS.setdefault((backend.account_id, backend.region_name, plan), {})


def path_of(handler):
    _, after = handler.path.split("/plans/", 1)
    plan, _, selection = after.strip("/").partition("/selections")
    return selections_of(handler, plan), plan, selection.strip("/")


def create(handler):
    selections, plan, _ = path_of(handler)
    new = str(uuid4())
    selections[new] = json.loads(handler.body)["BackupSelection"]
    return json.dumps({"BackupPlanId": plan, "SelectionId": new})


def get(handler):
    selections, plan, selection = path_of(handler)
    if selection not in selections:
        raise ResourceNotFoundException(msg=f"Cannot find Backup Selection {selection}")
    return json.dumps({"BackupPlanId": plan, "SelectionId": selection, "BackupSelection": selections[selection]})


def delete(handler):
    selections, _, selection = path_of(handler)
    selections.pop(selection, None)
    return json.dumps({})


def no_recovery_points(_):
    return json.dumps({"RecoveryPoints": []})


def opted_in(handler):
    backend = handler.backup_backend
    return OPTED_IN.setdefault((backend.account_id, backend.region_name), {})


def update_region_settings(handler):
    opted_in(handler).update(json.loads(handler.body)["ResourceTypeOptInPreference"])
    return json.dumps({})


def describe_region_settings(handler):
    return json.dumps({"ResourceTypeOptInPreference": opted_in(handler)})


def install():
    urls.url_paths["{0}/account-settings$"] = urls.response.dispatch
    BackupResponse.update_region_settings = update_region_settings
    BackupResponse.describe_region_settings = describe_region_settings
    urls.url_paths["{0}/backup-vaults/(?P<name>[^/]+)/recovery-points/$"] = urls.response.dispatch
    BackupResponse.list_recovery_points_by_backup_vault = no_recovery_points
    BackupResponse.create_backup_selection = create
    BackupResponse.get_backup_selection = get
    BackupResponse.delete_backup_selection = delete
