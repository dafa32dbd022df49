using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary>Options that more than one verb has.</summary>
internal sealed class CommonOptions
{
    public Option<bool> Verbose { get; } = new("--verbose") { Description = "show logs, and stack traces of errors", Recursive = true };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "no colours; NO_COLOR in the environment does the same", Recursive = true };

    public static Option<bool> Json(string description) => new("--json") { Description = description };

    /// <summary>Text of the option is checked by the setting, so that every message has the same form.</summary>
    public static Option<string> Of<T>(Setting<T> setting) => new(setting.Option!)
    {
        HelpName = setting.Placeholder,
        Description = setting.Default is null ? setting.Description : $"{setting.Description} [{setting.Default}]",
        Hidden = setting.Option == "--parent",

        // A question of yes or no may stand alone: yes.
        Arity = setting.Placeholder.StartsWith("yes|", StringComparison.Ordinal) ? ArgumentArity.ZeroOrOne : ArgumentArity.ExactlyOne,
    };

    public DisplayOptions Display(ParseResult parse, Option<bool>? json, IReadOnlyDictionary<string, string> environment) => new(
        json is not null && parse.GetValue(json),
        parse.GetValue(Verbose),
        parse.GetValue(NoColor) || (environment.TryGetValue("NO_COLOR", out string? value) && value.Length > 0));
}
