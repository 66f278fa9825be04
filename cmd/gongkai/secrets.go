package main

import (
	"fmt"
	"os"

	"github.com/alecthomas/kong"

	"github.com/gongkai/gongkai/corpus/secret"
)

// keeperOf knows the secrets that this process was given: in the environment, and in the flags of the command that say
// in their tag secret that they are one ("whole") or hold one ("part").
func keeperOf(k *kong.Context) *secret.Keeper {
	var keeper secret.Keeper
	for _, name := range secret.Environment {
		// a name of a file, a key, a password: what is no address is a secret as a whole, unless it says where things are
		whole := name != "GONGKAI_DB" && name != "GONGKAI_ARCHIVE" && name != "GONGKAI_SMTP"
		keeper.Add(secret.Of(os.Getenv(name), whole)...)
	}
	if k == nil {
		return &keeper
	}
	for _, f := range k.Flags() {
		if f.Tag == nil || !f.Tag.Has("secret") {
			continue
		}
		if v := k.FlagValue(f); v != nil {
			keeper.Add(secret.Of(fmt.Sprint(v), f.Tag.Get("secret") == "whole")...)
		}
	}
	return &keeper
}
