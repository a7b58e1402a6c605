#!/bin/sh
# `stackfleet` as scenarios type it. Before it does what it was told, it does the same for programs in a copy of the place: with JSON on
# stdout, with events and with every report of its command. $KEPT is where that goes, for somebody who holds it against schemas.
set -u
# What goes on until it is stopped, and what is met at work, is not done twice.
case "$TOOL $*" in
"$REAL "* | *" simulate "*) exec "$TOOL" "$@" ;;
esac

copy=$(mktemp -d "$KEPT/place.XXXXXX")
cp -R "$PLACE/." "$copy"
number=${copy##*.}
for command in "$@"; do
    case $command in plan | apply | show | validate) break ;; esac
    command=other
done

kept=$KEPT/$number
extra=
case $command in
plan | show) extra="--report sarif=$kept.sarif --report gitlab=$kept.gitlab.json --report json=$kept.json" ;;
apply) extra="--report junit=$kept.junit.xml --report json=$kept.json" ;;
validate) extra="--report sarif=$kept.sarif --report json=$kept.json" ;;
esac
case "$command $* " in
show*.json*.json*) extra="--report junit=$kept.junit.xml --report json=$kept.json" ;;
esac
case "$command $* " in
apply*" --events "*) ;;
apply*) extra="$extra --events $kept.events" ;;
esac
case " $* " in
*" -f json "*) ;;
*) extra="$extra -f json" ;;
esac

# shellcheck disable=SC2086 # none of the words has a blank
(cd "$copy${PWD#"$PLACE"}" && PLACE=$copy "$TOOL" "$@" $extra) > "$kept.$command.stdout" 2> /dev/null < /dev/null
for file in plan.json snapshot.json work/plan.json; do
    [ -f "$copy/$file" ] && cp "$copy/$file" "$kept.saved-${file##*/}"
done
rm -rf "$copy"
exec "$TOOL" "$@"
