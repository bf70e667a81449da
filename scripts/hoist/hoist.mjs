#!/usr/bin/env node
console.log("hoist stub", process.version, process.argv.slice(2))
