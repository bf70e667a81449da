"""A cluster begins with a snapshot, and is then changed into what is configured.

moto knows snapshots by their names alone, where AWS takes ARNs, and looks for a password where AWS manages it. Of a change it forgets
sign-in by IAM, and where a cluster that has a managed password is told to have one, it makes a second secret and loses the first.
"""

from moto.rds.models import RDSBackend


def install():
    restore = RDSBackend.restore_db_cluster_from_snapshot
    modify = RDSBackend.modify_db_cluster

    def restore_db_cluster_from_snapshot(self, from_snapshot_id, overrides):
        name = from_snapshot_id.split(":cluster-snapshot:")[-1]
        [snapshot] = self.describe_db_cluster_snapshots(db_cluster_identifier=None, db_snapshot_identifier=name)
        vars(snapshot.cluster).setdefault("_master_user_password", None)
        return restore(self, name, overrides)

    def modify_db_cluster(self, kwargs):
        cluster = self.clusters[kwargs["db_cluster_identifier"]]
        if kwargs.get("manage_master_user_password") and cluster.manage_master_user_password:
            cluster.master_user_secret.delete_secret()
        signs_in = kwargs.get("enable_iam_database_authentication")
        if signs_in is not None:
            cluster.iam_auth = signs_in
        return modify(self, kwargs)

    RDSBackend.restore_db_cluster_from_snapshot = restore_db_cluster_from_snapshot
    RDSBackend.modify_db_cluster = modify_db_cluster
