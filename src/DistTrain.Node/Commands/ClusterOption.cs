using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary><c>--cluster URL</c> of the verbs that talk to a running coordinator.</summary>
internal sealed class ClusterOption
{
    private const string Name = "--cluster";
    private const string Variable = "DISTTRAIN_CLUSTER";

    private readonly Option<string> option;

    /// <param name="of">Whose client address is meant.</param>
    public ClusterOption(Command command, string of = "the coordinator")
    {
        option = new Option<string>(Name)
        {
            HelpName = "URL",
            Description = $"client address of {of}, http://HOST:PORT [{Variable}, else {Default}]",
        };
        command.Add(option);
    }

    private static string Default => $"http://127.0.0.1:{NodeOptions.DefaultClientPort}";

    public Uri Read(ParseResult parse, IReadOnlyDictionary<string, string> environment)
    {
        if (parse.GetResult(option) is { Implicit: false })
        {
            return SettingValue.ClusterUrl(Name, parse.GetValue(option) ?? "");
        }

        return environment.TryGetValue(Variable, out string? url) && url.Length > 0
            ? SettingValue.ClusterUrl(Variable, url)
            : new Uri(Default);
    }
}
