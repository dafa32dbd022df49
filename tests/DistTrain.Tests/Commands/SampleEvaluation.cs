using DistTrain.Node.Commands;
using DistTrain.Training.Scores;

namespace DistTrain.Tests.Commands;

/// <summary>An evaluation with recognisable figures.</summary>
internal static class SampleEvaluation
{
    public static Evaluation Make() => new(
        "c.safetensors",
        "mnist",
        "lenet5",
        "modern",
        2350,
        10_000,
        0.9907,
        0.0312,
        "abcd",
        new MacroScore(0.8, 0.85, 0.82),
        [new ClassScore(0, 100, 97, 0.93, 0.9, 0.91), new ClassScore(1, 50, 53, 0.67, 0.8, 0.73)],
        [[90, 10], [7, 43]],
        [new Mistake(17, 1, 0, 3.5, 0.97)],
        ["p/confusion.png"]);

    public static Evaluation OfAutoencoder() => Make() with
    {
        Model = "autoencoder",
        Accuracy = null,
        Macro = null,
        Classes = [],
        Confusion = [],
        WorstMistakes = [],
        Files = ["p/reconstructions.png"],
        MeanSquaredError = 0.01125,
    };
}
