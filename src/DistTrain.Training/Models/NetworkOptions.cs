using System.Globalization;

namespace DistTrain.Training.Models;

/// <summary>What a job chooses about a network besides its layers and their widths.</summary>
public sealed record NetworkOptions
{
    /// <summary>Of leaky ReLU, where nobody says another.</summary>
    public const double DefaultLeakySlope = 0.01;

    /// <summary><see cref="ModelCatalog.Modern"/> or <see cref="ModelCatalog.Classic"/>.</summary>
    public string Variant { get; init; } = ModelCatalog.Modern;

    /// <summary>Behind hidden layers; null for the variant's.</summary>
    public ActivationKind? Activation { get; init; }

    /// <summary>Slope of <see cref="ActivationKind.LeakyRelu"/> below 0, from 0 to below 1; others have none.</summary>
    public double LeakySlope { get; init; } = DefaultLeakySlope;

    /// <summary>Null for the variant's.</summary>
    public PoolingKind? Pooling { get; init; }

    /// <summary>Probability of each value behind a hidden fully connected layer and its activation, from 0 (no such layers) to below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>Null for that of the model: cross-entropy, unless it gives its input back.</summary>
    public LossKind? Loss { get; init; }

    /// <summary><see cref="ModelDescription.SkipLossBelow"/>, at least 0.</summary>
    public double SkipLossBelow { get; init; }

    /// <summary>The activation that the choice comes to.</summary>
    public ActivationKind ChosenActivation => Activation ?? VariantsActivation;

    /// <summary>The variant and what was chosen besides and differs from it, for people: <c>modern, tanh, dropout 0.2</c>.</summary>
    public string Label => string.Join(", ", Parts());

    internal Activation ActivationLayer => new(ChosenActivation, ChosenActivation == ActivationKind.LeakyRelu ? (float)LeakySlope : 0);

    internal Pooling PoolingLayer => new(Pooling ?? VariantsPooling);

    /// <summary>What follows a hidden fully connected layer.</summary>
    internal Layer[] HiddenLayers => Dropout > 0 ? [ActivationLayer, new Dropout(Dropout)] : [ActivationLayer];

    private ActivationKind VariantsActivation => Variant == ModelCatalog.Modern ? ActivationKind.Relu : ActivationKind.Sigmoid;

    private PoolingKind VariantsPooling => Variant == ModelCatalog.Modern ? PoolingKind.Maximum : PoolingKind.Average;

    private IEnumerable<string> Parts()
    {
        yield return Variant;
        if (ChosenActivation != VariantsActivation)
        {
            string name = NetworkNames.Of(ChosenActivation);
            yield return ChosenActivation == ActivationKind.LeakyRelu ? string.Create(CultureInfo.InvariantCulture, $"{name} {LeakySlope}") : name;
        }

        if (Pooling is { } pooling && pooling != VariantsPooling)
        {
            yield return $"{NetworkNames.Of(pooling)} pooling";
        }

        if (Dropout > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"dropout {Dropout}");
        }

        if (Loss is { } loss and not LossKind.CrossEntropy)
        {
            yield return NetworkNames.Of(loss);
        }

        if (SkipLossBelow > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"loss below {SkipLossBelow} skipped");
        }
    }
}
