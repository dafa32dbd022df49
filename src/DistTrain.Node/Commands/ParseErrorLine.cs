using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary>One line about the first thing that could not be understood, with the word that was probably meant.</summary>
internal static class ParseErrorLine
{
    public static string Of(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        string name = command is RootCommand ? "disttrain" : $"disttrain {command.Name}";
        if (parse.UnmatchedTokens.Count > 0)
        {
            return Unmatched(command, parse.UnmatchedTokens[0], name);
        }

        string message = parse.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return command is RootCommand && command.Subcommands.Count > 0
            ? $"no command given; {name} --help lists all"
            : $"{char.ToLowerInvariant(message[0])}{message[1..]}; {name} --help lists all";
    }

    private static string Unmatched(Command command, string token, string name)
    {
        bool isOption = token.StartsWith('-');
        IEnumerable<string> known = isOption
            ? command.Parents.OfType<Command>().SelectMany(parent => parent.Options).Where(option => option.Recursive)
                .Concat(command.Options).Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Select(sub => sub.Name);
        string what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string shown = string.Concat(token.Select(c => char.IsControl(c) ? ' ' : c));
        return Spelling.Nearest(token, known) is { } near
            ? $"unknown {what} '{shown}': did you mean {near}?"
            : $"unknown {what} '{shown}'; {name} --help lists all";
    }
}
