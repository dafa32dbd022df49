using System.CommandLine;

namespace DistTrain.Node.Commands;

/// <summary>The options of a verb that stand for settings.</summary>
internal sealed class SettingOptions<T>
{
    private readonly List<(Setting<T> Setting, Option<string> Option)> options;

    public SettingOptions(Command command, IEnumerable<Setting<T>> settings)
    {
        options = [.. settings.Where(setting => setting.Option is not null).Select(setting => (setting, CommonOptions.Of(setting)))];
        options.ForEach(pair => command.Add(pair.Option));
    }

    /// <summary>Those that the command line names.</summary>
    public IEnumerable<Setting<T>> Given(ParseResult parse) =>
        options.Where(pair => parse.GetResult(pair.Option) is { Implicit: false }).Select(pair => pair.Setting);

    public string? Text(ParseResult parse, string name) =>
        options.Where(pair => pair.Setting.Option == name).Select(pair => parse.GetValue(pair.Option)).SingleOrDefault();

    public T Apply(T values, ParseResult parse)
    {
        foreach ((Setting<T> setting, Option<string> option) in options)
        {
            if (parse.GetResult(option) is { Implicit: false })
            {
                values = setting.Apply(values, setting.Option!, parse.GetValue(option) ?? "");
            }
        }

        return values;
    }
}
