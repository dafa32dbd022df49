namespace DistTrain.Node.Commands;

/// <summary>What a model says of one image, or why it says nothing.</summary>
/// <param name="Image">As it was named.</param>
/// <param name="Probabilities">One a class; empty if it failed.</param>
/// <param name="Logits">The outputs that they are made of: <see cref="Training.Scores.ClassScores"/>.</param>
/// <param name="Error">One line that names the image; null if all is well.</param>
/// <param name="Hint">One line that names the image, if something about it is odd.</param>
public sealed record Prediction(string Image, IReadOnlyList<double> Probabilities, IReadOnlyList<float> Logits, string? Error = null, string? Hint = null)
{
    /// <summary>A name for each class; empty if they have only numbers.</summary>
    public IReadOnlyList<string> ClassNames { get; init; } = [];

    /// <summary>The name of a class, or its number.</summary>
    public string NameOf(int label) => Training.Data.ClassNames.Of(ClassNames, label);

    /// <summary>The most probable classes, best first, of equal ones that with the larger logit and then the first; at most so many.</summary>
    public (int Class, double Probability)[] Best(int most) =>
        [.. Probabilities.Select((probability, which) => (which, probability)).OrderByDescending(pair => pair.probability).ThenByDescending(pair => Logits[pair.which]).Take(most)];
}
