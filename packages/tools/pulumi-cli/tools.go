//go:build tools

// Package tools names what is built.
package tools

import _ "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"
