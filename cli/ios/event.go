package ios

import "axle/cli/grammar"

// eventCommands are the embedded event manager and menus. Nothing acts on them.
var eventCommands = []*grammar.Command{
	section("event manager applet <name> [<line>]", "Register an Event Manager applet", ConfigApplet, "name"),
	list("event manager <line>", "Event manager configuration commands"),
	{
		Syntax: "menu <name> {title|prompt|status-line|help} <text>", Help: "Define a user-interface menu", Kind: grammar.List, Effect: grammar.NoEffect,
		Key: []string{"name", "title", "prompt", "status-line", "help"}, Body: grammar.Delimited,
		Args: args{"text": grammar.Rest{What: "c text c, where 'c' is a delimiting character"}},
	},
	list("menu <name> {text|command|options|clear-screen|default|line-mode|single-space} [<line>]", "Define a user-interface menu"),
}

// aliasCommands are aliases of other modes than exec.
var aliasCommands = []*grammar.Command{
	list("alias <word> <name> <line>", "Create command alias", "word", "name"),
}

// The modes of the event manager.
var (
	ConfigApplet = mode("config-applet", "EEM applet commands:", []*grammar.Command{
		leaf("description <line>", "Description"),
		list("event <line>", "Event"),
		section("trigger [<line>]", "Trigger of several events", ConfigAppletTrigger),
		list("set <line>", "Set"),
		list("action <line>", "Action"),
	})
	ConfigAppletTrigger = mode("config-applet-trigger", "EEM trigger commands:", []*grammar.Command{
		list("correlate <line>", "Correlate events"),
		list("attribute <line>", "Attribute of an event"),
	})
)
