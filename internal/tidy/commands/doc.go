// Package commands holds one rule of the house as a test: the command reference
// in docs/commands is what the declarations of the commands give.
//
// There is nothing to import here. It stands apart from the other rules because
// it needs command tables that compile; they do not.
package commands
