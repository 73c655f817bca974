// Package tidy holds the rules of the house as tests: the floor table, no
// hidden clock or chance, doc comments, sizes and words.
//
// There is nothing to import here: run "go test ./internal/tidy". The rules read
// the source with go/parser and resolve names within a package only, so they
// work while packages do not compile. What they cannot see: a package-level
// variable that is changed through a method, and a clock that is reached through
// a value from another package.
package tidy
