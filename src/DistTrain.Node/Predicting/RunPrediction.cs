using System.Runtime.CompilerServices;
using DistTrain.Node.Commands;
using DistTrain.Node.Trained;
using DistTrain.Training;
using DistTrain.Training.Data;

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
        PixelNormalisation normalisation = await KnownNormalisation.OfAsync(trained, cancellation).ConfigureAwait(false);
        using var classifier = new Classifier(trained, normalisation, options.Threads);
        var preparation = new ImagePreparation(trained.Model, options.Invert, options.Centre);
        foreach (string image in options.Images)
        {
            yield return await Task.Run(() => Predict(image, preparation, classifier, openStandardInput, cancellation), cancellation).ConfigureAwait(false);
        }
    }

    private static Prediction Predict(string image, ImagePreparation preparation, Classifier classifier, Func<Stream> openStandardInput, CancellationToken cancellation)
    {
        try
        {
            Picture picture = Read(image, openStandardInput);
            LabelledImages prepared = preparation.Prepare(picture, image, out bool darkOnWhite);
            float[] logits = classifier.Logits(prepared, cancellation);
            string? hint = darkOnWhite ? $"{image}: its border is bright; if it is dark on white, --invert makes it like the training images" : null;
            return new Prediction(image, classifier.Probabilities(logits), logits, Hint: hint);
        }
        catch (UserErrorException bad)
        {
            return new Prediction(image, [], [], bad.Message);
        }
    }

    private static Picture Read(string image, Func<Stream> openStandardInput)
    {
        try
        {
            using Stream stream = image == StandardInput ? openStandardInput() : File.OpenRead(image);
            return PictureReader.Read(stream, image == StandardInput ? "standard input" : image);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            string why = Directory.Exists(image) ? "it is a folder" : failure.Message;
            throw new UserErrorException($"{image}: the image cannot be read: {why}", failure);
        }
    }
}
