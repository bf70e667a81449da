#!/usr/bin/env bash
# One build of the workflow: fetches what earlier ones have kept, lets hoist plan or apply, and keeps what came of it.
# Prints one word, the outcome, and where people are asked also of which plan (ask:DIGEST); all else goes to standard error and into build.txt,
# and of a plan into report.txt.
#
# reads  ACTION=plan|apply|aside, HOIST_ENVIRONMENT, HOIST_STACK, PLANS_BUCKET; HOIST_DEPLOYMENT (JSON), where the trail is told
set -euo pipefail
: "${ACTION:?plan, apply or aside}" "${HOIST_ENVIRONMENT:?}" "${HOIST_STACK:?}" "${PLANS_BUCKET:?}"

# For people: nobody but a build may take anything away below plans/.
if [ "$ACTION" = aside ]; then
  case "${FILE:?which file}" in
    applying.json | outside.json | attempts.json | untold.json) ;;
    *)
      echo "FILE is $FILE: it is applying.json, outside.json, attempts.json or untold.json" >&2
      exit 64
      ;;
  esac
  aws s3 mv --only-show-errors "s3://$PLANS_BUCKET/plans/$FILE" "s3://$PLANS_BUCKET/plans/aside/$(date -u +%Y-%m-%dT%H:%M:%SZ)/$FILE" >&2
  echo aside
  exit
fi

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir "$work/plans"
# What hoist keeps, and not what Terraform leaves beside it: its data, and locks of builds that are gone.
kept=(--exclude '*' --include remediation.json --include remediation.tfplan --include outside.json --include attempts.json --include applying.json --include untold.json)
aws s3 sync --only-show-errors "${kept[@]}" "s3://$PLANS_BUCKET/plans/" "$work/plans" >&2

# What hoist keeps outlives this build from here on. What is to be told comes first, and nothing goes before all that is new has come:
# wherever this ends, the next build finds what began, or what is to be told of it.
store() {
  if [ -f "$work/plans/untold.json" ]; then
    aws s3 cp --only-show-errors "$work/plans/untold.json" "s3://$PLANS_BUCKET/plans/untold.json"
  fi
  aws s3 sync --only-show-errors "${kept[@]}" "$work/plans" "s3://$PLANS_BUCKET/plans/"
  aws s3 sync --only-show-errors --delete "${kept[@]}" "$work/plans" "s3://$PLANS_BUCKET/plans/"
} >&2
# hoist lets it run by itself, before it applies and before it tells.
{
  echo 'set -euo pipefail'
  declare -p work kept PLANS_BUCKET
  declare -f store
  echo store
} >"$work/store.sh"

case "$ACTION" in
  plan)
    how=(--plan)
    # Left alone is only what people were told of: a build that ended in between has kept a plan that nobody knows.
    aws s3 sync --only-show-errors --exclude '*' --include asked "s3://$PLANS_BUCKET/" "$work" >&2
    asked="$(grep -o '[0-9a-f]\{64\}' "$work/asked" 2>/dev/null || true)"
    if [ -n "$asked" ]; then how+=(--keep "$asked"); fi
    ;;
  apply)
    # The keys as they are: made into files, one with ".." in it would stand below another one's name.
    aws s3api list-objects-v2 --bucket "$PLANS_BUCKET" --prefix approvals/ --query 'Contents[].Key' --output json >"$work/approvals.json"
    how=(--apply --approvals "$work/approvals.json")
    ;;
  *)
    echo "ACTION is $ACTION: it is plan, apply or aside" >&2
    exit 64
    ;;
esac

if [ -n "${HOIST_DEPLOYMENT:-}" ]; then
  printf '%s' "$HOIST_DEPLOYMENT" >"$work/deployment.json"
  how+=(--deployment "$work/deployment.json")
fi

code=0
${HOIST:-node scripts/hoist/hoist.mjs} remediate "$HOIST_ENVIRONMENT" --stack "$HOIST_STACK" --plans "$work/plans" "${how[@]}" \
  --store "bash '$work/store.sh'" --outcome "$work/outcome" >"$work/build.txt" 2>&1 || code=$?

digest="$(sed -n 's/^plan \([0-9a-f]\{64\}\), on serial .*/\1/p' "$work/build.txt")"
if [ -n "$digest" ]; then
  {
    echo
    echo "To approve exactly this plan, as another person with the scope remediate:"
    echo "aws s3api put-object --bucket $PLANS_BUCKET --key \"approvals/\$(aws sts get-caller-identity --query UserId --output text)/$digest\""
  } >>"$work/build.txt"
fi
cat "$work/build.txt" >&2

# Kept also after a failure: an attempt counts, and a plan is applied once.
store
outcome="$(cat "$work/outcome" 2>/dev/null || true)"
# What people read until another plan has been made: no apply, and no look that made none, takes it away from them.
case "$ACTION $outcome" in
  'plan nothing' | 'plan auto' | 'plan ask' | 'plan refused')
    aws s3 cp --only-show-errors "$work/build.txt" "s3://$PLANS_BUCKET/report.txt" >&2
    ;;
esac
aws s3 cp --only-show-errors "$work/build.txt" "s3://$PLANS_BUCKET/build.txt" >&2

if [ -z "$outcome" ]; then
  echo "hoist ended with $code and no outcome" >&2
  exit 1
fi
if [ "$outcome" = ask ]; then outcome="ask:$digest"; fi
echo "$outcome"
