using System.Runtime.CompilerServices;
using DistTrain.Node.Commands;
using DistTrain.Node.Trained;
using DistTrain.Training;
using DistTrain.Training.Data;
using DistTrain.Training.Models;
using DistTrain.Training.Scores;

namespace DistTrain.Node.Predicting;

/// <summary>What a checkpoint says of pictures, one after the other. A bad one costs the others nothing.</summary>
internal static class RunPrediction
{
    public const string StandardInput = "-";

    /// <param name="openStandardInput">For an image named <c>-</c>.</param>
    /// <exception cref="UserErrorException">The checkpoint cannot be used.</exception>
    public static async IAsyncEnumerable<Prediction> PredictAsync(
        PredictOptions options, Func<Stream> openStandardInput, [EnumeratorCancellation] CancellationToken cancellation)
    {
        TrainedModel trained = TrainedModel.Open(options.Target);
        if (trained.Model.Task != ModelTask.Classification)
        {
            throw new UserErrorException($"{trained.Path}: {trained.Model.Name} gives images back and says no classes; 'disttrain evaluate {options.Target} --output DIR' draws what it makes of its test images");
        }

        PixelNormalisation normalisation = await KnownNormalisation.OfAsync(trained, cancellation).ConfigureAwait(false);
        using var inference = new Inference(trained, normalisation, options.Threads);
        var preparation = new ImagePreparation(trained.Model, options.Invert, options.Centre);
        IReadOnlyList<string> names = KnownClassNames.Of(trained.Checkpoint);
        foreach (string image in options.Images)
        {
            Prediction prediction = await Task.Run(() => Predict(image, preparation, trained.Model, inference, openStandardInput, cancellation), cancellation).ConfigureAwait(false);
            yield return prediction with { ClassNames = names };
        }
    }

    private static Prediction Predict(string image, ImagePreparation preparation, ModelDescription model, Inference inference, Func<Stream> openStandardInput, CancellationToken cancellation)
    {
        try
        {
            LabelledImages prepared = Prepare(image, preparation, openStandardInput, out bool darkOnWhite);
            float[] logits = inference.Logits(prepared, cancellation);
            string? hint = darkOnWhite ? $"{image}: its border is bright; if it is dark on white, --invert makes it like the training images" : null;
            return new Prediction(image, ClassScores.Probabilities(model.Loss, logits), logits, Hint: hint);
        }
        catch (UserErrorException bad)
        {
            return new Prediction(image, [], [], bad.Message);
        }
    }

    private static LabelledImages Prepare(string image, ImagePreparation preparation, Func<Stream> openStandardInput, out bool darkOnWhite)
    {
        try
        {
            using Stream stream = image == StandardInput ? openStandardInput() : File.OpenRead(image);
            return preparation.Prepare(stream, image == StandardInput ? "standard input" : image, out darkOnWhite);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = Directory.Exists(image) ? "it is a folder" : failure.Message;
            throw new UserErrorException($"{image}: the image cannot be read: {why}", failure);
        }
    }
}
