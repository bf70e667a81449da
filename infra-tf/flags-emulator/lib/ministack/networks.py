"""Networks: each subnet is in one ACL, its network's default one until another takes it, and is found by that; rules of security
groups about prefix lists.
"""


def belong(ec2):
    """Subnets that no ACL has belong to the default one."""
    acls = list(ec2._network_acls.values())
    held = {each["SubnetId"] for acl in acls for each in acl["Associations"]}
    for subnet, record in ec2._subnets.items():
        if subnet in held:
            continue
        for acl in acls:
            if acl["IsDefault"] and acl["VpcId"] == record["VpcId"]:
                association = {"NetworkAclAssociationId": f"aclassoc-{subnet[7:]}", "SubnetId": subnet}
                acl["Associations"].append(association)


def install():
    from ministack.services import ec2

    describe = ec2._ACTION_MAP["DescribeNetworkAcls"]
    replace = ec2._ACTION_MAP["ReplaceNetworkAclAssociation"]

    def describe_acls(params):
        belong(ec2)
        wanted = ec2._parse_filters(params)
        subnets = wanted.get("association.subnet-id")
        associations = wanted.get("association.association-id")
        if not subnets and not associations:
            return describe(params)
        found = [
            acl["NetworkAclId"]
            for acl in ec2._network_acls.values()
            if any(
                each["SubnetId"] in (subnets or [each["SubnetId"]])
                and each["NetworkAclAssociationId"] in (associations or [each["NetworkAclAssociationId"]])
                for each in acl["Associations"]
            )
        ]
        ids = {f"NetworkAclId.{place}": [each] for place, each in enumerate(found or ["none"], 1)}
        return describe({**params, **ids})

    def replace_association(params):
        belong(ec2)
        id = ec2._p(params, "AssociationId")
        moved = [
            each["SubnetId"]
            for acl in ec2._network_acls.values()
            for each in acl["Associations"]
            if each["NetworkAclAssociationId"] == id
        ]
        answer = replace(params)
        if answer[0] == 200:
            ec2._network_acls[ec2._p(params, "NetworkAclId")]["Associations"][-1]["SubnetId"] = "".join(moved)
        return answer

    permissions = ec2._parse_ip_permissions

    def with_prefix_lists(params, prefix):
        rules = permissions(params, prefix)
        for place, rule in enumerate(rules, 1):
            lists = f"{prefix}.{place}.PrefixListIds"
            number = 1
            while found := ec2._p(params, f"{lists}.{number}.PrefixListId"):
                about = ec2._p(params, f"{lists}.{number}.Description")
                rule["PrefixListIds"].append({"PrefixListId": found, **({"Description": about} if about else {})})
                number += 1
        return rules

    rule_xml = ec2._sg_rule_xml

    def with_prefix_list(group, rule, is_egress=False):
        told = "".join(f"<prefixListId>{each['PrefixListId']}</prefixListId>" for each in rule.get("PrefixListIds", []))
        return rule_xml(group, rule, is_egress).replace("</toPort>", f"</toPort>{told}", 1)

    ec2._parse_ip_permissions = with_prefix_lists
    ec2._sg_rule_xml = with_prefix_list
    ec2._ACTION_MAP["DescribeNetworkAcls"] = describe_acls
    ec2._ACTION_MAP["ReplaceNetworkAclAssociation"] = replace_association
