using System.Globalization;

namespace DistTrain.Training.Models;

/// <summary>What a job chooses about a network besides its layers and their widths.</summary>
public sealed record NetworkOptions
{
    /// <summary><see cref="ModelCatalog.Modern"/> or <see cref="ModelCatalog.Classic"/>.</summary>
    public string Variant { get; init; } = ModelCatalog.Modern;

    /// <summary>Probability of each value behind a hidden fully connected layer and its activation, from 0 (no such layers) to below 1.</summary>
    public double Dropout { get; init; }

    /// <summary>The variant and what was chosen besides, for people: <c>modern, dropout 0.2</c>.</summary>
    public string Label => string.Join(", ", Parts());

    internal Activation ActivationLayer => new(Variant == ModelCatalog.Modern ? ActivationKind.Relu : ActivationKind.Sigmoid);

    internal Pooling PoolingLayer => new(Variant == ModelCatalog.Modern ? PoolingKind.Maximum : PoolingKind.Average);

    /// <summary>What follows a hidden fully connected layer.</summary>
    internal Layer[] HiddenLayers => Dropout > 0 ? [ActivationLayer, new Dropout(Dropout)] : [ActivationLayer];

    private IEnumerable<string> Parts()
    {
        yield return Variant;
        if (Dropout > 0)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"dropout {Dropout}");
        }
    }
}
