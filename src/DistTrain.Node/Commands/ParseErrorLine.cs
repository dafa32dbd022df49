using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary>One line about the first thing that could not be understood, with the word that was probably meant.</summary>
internal static class ParseErrorLine
{
    public static string Of(ParseResult parse)
    {
        Command command = parse.CommandResult.Command;
        string name = string.Join(' ', Ancestry(command).Reverse().Select(each => each is RootCommand ? "disttrain" : each.Name));
        if (parse.UnmatchedTokens.Count > 0)
        {
            return Unmatched(command, parse.UnmatchedTokens[0], name);
        }

        string message = parse.Errors[0].Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        return command.Subcommands.Count > 0
            ? $"no command given; {name} --help lists all"
            : $"{char.ToLowerInvariant(message[0])}{message[1..]}; {name} --help lists all";
    }

    private static string Unmatched(Command command, string token, string name)
    {
        bool isOption = token.StartsWith('-');
        IEnumerable<string> known = isOption
            ? Ancestry(command).Skip(1).SelectMany(parent => parent.Options).Where(option => option.Recursive)
                .Concat(command.Options).Where(option => !option.Hidden).Select(option => option.Name)
            : command.Subcommands.Select(sub => sub.Name);
        string what = isOption ? "option" : command.Subcommands.Count > 0 ? "command" : "argument";
        string shown = string.Concat(token.Select(c => char.IsControl(c) ? ' ' : c));
        return Spelling.Nearest(token, known) is { } near
            ? $"unknown {what} '{shown}': did you mean {near}?"
            : $"unknown {what} '{shown}'; {name} --help lists all";
    }

    /// <summary>The command itself first, the root last.</summary>
    private static IEnumerable<Command> Ancestry(Command command)
    {
        for (Command? each = command; each is not null; each = each.Parents.OfType<Command>().FirstOrDefault())
        {
            yield return each;
        }
    }
}
