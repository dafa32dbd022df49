using DistTrain.Node.Commands;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Scores;

namespace DistTrain.Node.Trained;

/// <summary>How well an autoencoder gives the images of a test set back.</summary>
internal static class ReconstructionEvaluation
{
    /// <summary>So many images are in memory as outputs at a time.</summary>
    private const int Piece = 1000;

    private const int First = 20;

    /// <param name="shown">So many of the images with the largest errors are on the sheet.</param>
    /// <param name="folder">For the sheet; null for none.</param>
    public static Evaluation Of(TrainedModel trained, Inference inference, ImageDataset data, int shown, string? folder, CancellationToken cancellation)
    {
        LabelledImages test = data.Test;
        var first = new List<Reconstruction>();
        var worst = new PriorityQueue<Reconstruction, double>();
        double error = 0;
        double loss = 0;
        for (int start = 0; start < test.Count; start += Piece)
        {
            LabelledImages piece = test.Select([.. Enumerable.Range(start, Math.Min(Piece, test.Count - start))]);
            float[] logits = inference.Logits(piece, cancellation);
            for (int n = 0; n < piece.Count; n++)
            {
                ReadOnlySpan<float> outputs = logits.AsSpan(n * inference.Outputs, inference.Outputs);
                ReadOnlySpan<byte> pixels = piece.Image(n).Span;
                double own = PixelScores.MeanSquaredError(outputs, pixels);
                error += own;
                loss += PixelScores.Loss(trained.Model.Loss, outputs, pixels);
                Keep(first, worst, start + n, outputs, own, shown);
            }
        }

        IReadOnlyList<string> files = folder is null ? [] : [EvaluationPictures.Save(folder, trained, data, first, WorstFirst(worst))];
        return new Evaluation(
            trained.Path,
            data.Name,
            trained.Model.Name,
            trained.Model.Variant,
            trained.Checkpoint.Step,
            test.Count,
            Accuracy: null,
            loss / test.Count,
            WeightsDigest.Of(trained.Checkpoint.Weights),
            Macro: null,
            Classes: [],
            Confusion: [],
            WorstMistakes: [],
            files,
            error / test.Count);
    }

    private static void Keep(List<Reconstruction> first, PriorityQueue<Reconstruction, double> worst, int index, ReadOnlySpan<float> logits, double error, int shown)
    {
        bool isWorse = shown > 0 && (worst.Count < shown || worst.Peek().Error < error);
        if (first.Count >= First && !isWorse)
        {
            return;
        }

        byte[] pixels = new byte[logits.Length];
        for (int p = 0; p < pixels.Length; p++)
        {
            pixels[p] = PixelScores.Byte(logits[p]);
        }

        var reconstruction = new Reconstruction(index, pixels, error);
        if (first.Count < First)
        {
            first.Add(reconstruction);
        }

        if (isWorse)
        {
            if (worst.Count == shown)
            {
                worst.Dequeue();
            }

            worst.Enqueue(reconstruction, error);
        }
    }

    private static IReadOnlyList<Reconstruction> WorstFirst(PriorityQueue<Reconstruction, double> worst) =>
        [.. worst.UnorderedItems.Select(item => item.Element).OrderByDescending(each => each.Error).ThenBy(each => each.Index)];
}
