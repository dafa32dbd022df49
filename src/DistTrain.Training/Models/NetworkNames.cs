namespace DistTrain.Training.Models;

/// <summary>Activations, poolings and losses by the names that options and job files have for them.</summary>
public static class NetworkNames
{
    /// <summary>Of an activation or a pooling: whichever the variant has. Of a loss: that of the model.</summary>
    public const string Auto = "auto";

    /// <summary>What <c>--activation</c> takes, for help texts and messages.</summary>
    public const string Activations = "auto, relu, leaky-relu, sigmoid, tanh or step";

    /// <summary>What <c>--pooling</c> takes.</summary>
    public const string Poolings = "auto, max or average";

    /// <summary>What <c>--loss</c> takes.</summary>
    public const string Losses = "auto, cross-entropy, mse or bce";

    /// <returns>Null for <see cref="Auto"/>.</returns>
    /// <exception cref="UserErrorException">No such activation; the message names those there are.</exception>
    public static ActivationKind? Activation(string name) => name == Auto ? null : Find<ActivationKind>("--activation", name, Of, Activations);

    /// <inheritdoc cref="Activation"/>
    public static PoolingKind? Pooling(string name) => name == Auto ? null : Find<PoolingKind>("--pooling", name, Of, Poolings);

    /// <inheritdoc cref="Activation"/>
    public static LossKind? Loss(string name) => name == Auto ? null : Find<LossKind>("--loss", name, Of, Losses);

    public static string Of(ActivationKind kind) => kind switch
    {
        ActivationKind.Relu => "relu",
        ActivationKind.Sigmoid => "sigmoid",
        ActivationKind.Tanh => "tanh",
        ActivationKind.LeakyRelu => "leaky-relu",
        ActivationKind.Step => "step",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It has no name."),
    };

    public static string Of(PoolingKind kind) => kind switch
    {
        PoolingKind.Maximum => "max",
        PoolingKind.Average => "average",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It has no name."),
    };

    public static string Of(LossKind kind) => kind switch
    {
        LossKind.CrossEntropy => "cross-entropy",
        LossKind.MeanSquaredError => "mse",
        LossKind.BinaryCrossEntropy => "bce",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "It has no name."),
    };

    private static TKind Find<TKind>(string option, string name, Func<TKind, string> nameOf, string allowed)
        where TKind : struct, Enum
    {
        foreach (TKind kind in Enum.GetValues<TKind>())
        {
            if (nameOf(kind) == name)
            {
                return kind;
            }
        }

        throw new UserErrorException($"{option} is '{name.ReplaceLineEndings(" ")}': it must be {allowed}");
    }
}
