namespace DistTrain.Training.Optimizers;

/// <summary>The optimizers that a job can name.</summary>
public static class OptimizerCatalog
{
    public const string Adam = "adam";
    public const string AdamW = "adamw";
    public const string NAdam = "nadam";
    public const string Sgd = "sgd";
    public const string Momentum = "momentum";
    public const string Nesterov = "nesterov";
    public const string RmsProp = "rmsprop";

    /// <summary>
    /// In the order of help texts. The learning rates suit LeNet-5 and one-cycle; a step of Adam and RMSprop has the size of the rate, one of descent
    /// that of the gradient, so theirs are far apart. AdamW's decay is that of <c>torch.optim</c>.
    /// </summary>
    public static IReadOnlyList<OptimizerDescription> All { get; } =
    [
        new(Adam, Moments.Both, 4e-3, 0, OptimizerSettings.Betas | OptimizerSettings.Epsilon),
        new(AdamW, Moments.Both, 4e-3, 0.01, OptimizerSettings.Betas | OptimizerSettings.Epsilon | OptimizerSettings.WeightDecay),
        new(NAdam, Moments.Both, 4e-3, 0, OptimizerSettings.Betas | OptimizerSettings.Epsilon | OptimizerSettings.MomentumDecay | OptimizerSettings.WeightDecay),
        new(Sgd, Moments.None, 0.2, 0, OptimizerSettings.WeightDecay),
        new(Momentum, Moments.First, 0.08, 0, OptimizerSettings.Momentum | OptimizerSettings.WeightDecay),
        new(Nesterov, Moments.First, 0.08, 0, OptimizerSettings.Momentum | OptimizerSettings.WeightDecay),
        new(RmsProp, Moments.Second, 2e-3, 0, OptimizerSettings.Alpha | OptimizerSettings.Epsilon | OptimizerSettings.WeightDecay),
    ];

    /// <summary>What <c>--optimizer</c> takes, for help texts and messages.</summary>
    public static string Names { get; } = Listed(All.Select(known => known.Name));

    /// <exception cref="UserErrorException">No such optimizer; the message names those there are.</exception>
    public static OptimizerDescription Find(string name) =>
        All.FirstOrDefault(known => known.Name == name)
        ?? throw new UserErrorException($"optimizer '{name.ReplaceLineEndings(" ")}' is not known: it can be {Names}");

    /// <summary>Those that have a setting, for messages.</summary>
    public static string With(OptimizerSettings setting) => Listed(All.Where(known => known.Takes.HasFlag(setting)).Select(known => known.Name));

    private static string Listed(IEnumerable<string> names)
    {
        string[] all = [.. names];
        return all.Length < 2 ? string.Concat(all) : $"{string.Join(", ", all[..^1])} or {all[^1]}";
    }
}
