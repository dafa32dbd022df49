using DistTrain.Node.Commands;
using DistTrain.Training;

namespace DistTrain.Node.Comparing;

/// <summary>A factor, and the setting of <c>train</c> that its values go to.</summary>
internal sealed class VariedSetting
{
    /// <summary>A study has seeds of its own, names its runs itself, and ranks what was computed.</summary>
    private static readonly Dictionary<string, string> NotVaried = new(StringComparer.Ordinal)
    {
        ["--seed"] = "every cell is trained from the same seeds: give --seeds K, and --seed for the first",
        ["--name"] = "runs are named after their cells",
        ["--emulate-step"] = "an emulated job has no accuracy to compare; disttrain scale compares times",
    };

    private readonly Setting<TrainOptions> setting;

    private VariedSetting(Setting<TrainOptions> setting, Factor factor)
    {
        this.setting = setting;
        Factor = factor;
    }

    public Factor Factor { get; }

    /// <summary>For messages.</summary>
    public string Origin => OriginOf(Factor.Name);

    /// <summary>Reads the text of one <c>--vary</c>: the name of an option of <c>train</c>, with or without dashes, and its values.</summary>
    /// <exception cref="UserErrorException">There is no such option, or a value is not allowed.</exception>
    public static VariedSetting Read(string text)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals < 1)
        {
            throw SettingValue.Refuse("--vary", text, "NAME=VALUES, such as lr=0.001,0.01 or lr=log:1e-4..1e-1:4");
        }

        Setting<TrainOptions> setting = Find(text[..equals].Trim());
        string name = setting.Option![2..];
        string origin = OriginOf(name);
        var read = new VariedSetting(setting, new Factor(name, FactorValues.Read(origin, text[(equals + 1)..])));
        foreach (string value in read.Factor.Values)
        {
            read.Apply(new TrainOptions(), value);
        }

        return read;
    }

    /// <summary>The options with one of the values.</summary>
    public TrainOptions Apply(TrainOptions options, string value) => setting.Apply(options, Origin, value);

    private static string OriginOf(string name) => $"--vary {name}";

    private static Setting<TrainOptions> Find(string given)
    {
        string option = given.StartsWith("--", StringComparison.Ordinal) ? given : "--" + given;
        if (NotVaried.TryGetValue(option, out string? why))
        {
            throw new UserErrorException($"--vary cannot vary {option[2..]}: {why}");
        }

        Setting<TrainOptions>[] known = [.. TrainSettings.Spec.Where(setting => setting.Option is not null && !NotVaried.ContainsKey(setting.Option))];
        return Array.Find(known, setting => setting.Option == option)
            ?? throw SettingValue.Unknown(
                "name in --vary", given, Spelling.Nearest(option, known.Select(setting => setting.Option!)) is { } near ? $"did you mean {near[2..]}?" : $"known are {string.Join(", ", known.Select(setting => setting.Option![2..]))}");
    }
}
