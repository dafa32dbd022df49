using CsCheck;
using DistTrain.Node.Commands;
using DistTrain.Node.Export;
using DistTrain.Node.Runs;
using DistTrain.Tests.Runs;
using DistTrain.Tests.Trained;
using DistTrain.Training;
using DistTrain.Training.Checkpoints;
using DistTrain.Training.Data;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Export;

public sealed class ModelImportTests : IDisposable
{
    private static readonly ParameterLayout Layout = ModelCatalog.Find("mlp:784-3-10", "modern").Layout;

    private readonly TemporaryFolder folder = new();

    [Fact]
    public async Task File_of_another_program_in_another_order_is_the_network_that_was_named()
    {
        Checkpoint checkpoint = TrainedCheckpoint.Of("mlp:784-3-10", "modern");
        string file = Write("foreign", [.. Tensors(checkpoint.Weights).Reverse()]);

        ModelFile imported = Import(file, job => job with { Model = "mlp:784-3-10", Dataset = TrainedCheckpoint.Dataset });

        Assert.Equal(WeightsDigest.Of(checkpoint.Weights), imported.WeightsSha256);
        Assert.Equal(TrainedCheckpoint.Digits.Mean.ToArray(), imported.Mean);
        Assert.Equal(TrainedCheckpoint.Digits.StandardDeviation.ToArray(), imported.StandardDeviation);
        string own = TrainedCheckpoint.Write(folder.In("own"), checkpoint);
        Evaluation expected = await RunEvaluation.EvaluateAsync(new EvaluateOptions(own, null, null, 1, 0, null), CancellationToken.None);
        Evaluation found = await RunEvaluation.EvaluateAsync(new EvaluateOptions(folder.In("out"), null, null, 1, 0, null), CancellationToken.None);
        Assert.Equal((expected.Accuracy, expected.Loss), (found.Accuracy, found.Loss));
    }

    [Fact]
    public void Every_defect_is_a_line()
    {
        (string Name, int[] Shape, float[] Values)[] tensors = Tensors(new float[Layout.Count]);
        tensors[0] = ("fc1.weight", [784, 3], tensors[0].Values);
        tensors[1] = ("fc1.gamma", tensors[1].Shape, tensors[1].Values);
        tensors[3].Values[4] = float.NaN;
        string file = Write("bad", tensors);

        var bad = Assert.Throws<ImportDefectsException>(() => Import(file, job => job with { Model = "mlp:784-3-10", Dataset = "mnist" }));

        Assert.Equal(
            [
                $"{file}: tensor 'fc1.weight' has the shape [784, 3], and the model's has [3, 784]",
                $"{file}: tensor 'fc1.bias' of shape [3] is missing",
                $"{file}: tensor 'fc2.bias' holds NaN at 4, which is no finite number",
                $"{file}: tensor 'fc1.gamma' of shape [3] is none of the model's",
            ],
            bad.Defects);
        Assert.False(File.Exists(folder.In("out")));
    }

    [Fact]
    public void What_nobody_said_is_asked_for()
    {
        string file = Write("foreign", Tensors(new float[Layout.Count]));
        string Refusal(ImportOptions options) => Assert.Throws<UserErrorException>(() => ModelImport.Import(options)).Message;

        Assert.Contains("name it by --model", Refusal(new ImportOptions(file, folder.In("out"), NamesModel: false, job => job, null)), StringComparison.Ordinal);
        Assert.Contains("by --dataset", Refusal(Options(file, job => job with { Model = "mlp:784-3-10" })), StringComparison.Ordinal);
        Assert.Contains("'resnet' is not known", Refusal(Options(file, job => job with { Model = "resnet", Dataset = "mnist" })), StringComparison.Ordinal);
        Assert.Contains("'cifar' is unknown", Refusal(Options(file, job => job with { Model = "mlp:784-3-10", Dataset = "cifar" })), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refusal(Options(folder.In("absent"), job => job)), StringComparison.Ordinal);
        Assert.Contains("cannot be read", Refusal(Options(folder.Path, job => job)), StringComparison.Ordinal);
    }

    [Fact]
    public void Other_normalisation_may_be_given()
    {
        string file = Write("foreign", Tensors(new float[Layout.Count]));

        ModelFile imported = ModelImport.Import(Options(file, job => job with { Model = "mlp:784-3-10" }) with { Normalisation = new PixelNormalisation(0.5f, 0.5f) });

        Assert.Equal([0.5f], imported.Mean);
        Assert.Equal([0.5f], imported.StandardDeviation);
        Assert.Equal(new PixelNormalisation(0.5f, 0.5f), CheckpointFile.Read(folder.In("out")).Normalisation);
    }

    [Fact]
    public void Types_other_than_float32_and_checkpoints_are_refused()
    {
        byte[] bytes = File.ReadAllBytes(Write("foreign", Tensors(new float[Layout.Count])));
        string text = System.Text.Encoding.Latin1.GetString(bytes).Replace("\"F32\"", "\"F16\"", StringComparison.Ordinal);
        File.WriteAllBytes(folder.In("half"), System.Text.Encoding.Latin1.GetBytes(text));
        string checkpoint = TrainedCheckpoint.Write(folder.In("c"), TrainedCheckpoint.Of("mlp:784-3-10", "modern", steps: 1));

        Assert.Contains("of type 'F16'", Assert.Throws<UserErrorException>(() => Import(folder.In("half"), job => job)).Message, StringComparison.Ordinal);
        Assert.Contains("checkpoint of this program already", Assert.Throws<UserErrorException>(() => Import(checkpoint, job => job)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_file_is_imported_or_refused_in_one_line()
    {
        Checkpoint checkpoint = TrainedCheckpoint.Of("mlp:784-3-10", "modern", steps: 1);
        using var stream = new MemoryStream();
        WeightsFile.Write(stream, checkpoint, Layout);
        byte[] whole = stream.ToArray();
        int header = BitConverter.ToInt32(whole);

        // Mostly in the header, where a byte means most.
        var changes = Gen.Select(Gen.OneOf(Gen.Int[0, header + 8], Gen.Int[0, whole.Length - 1]), Gen.Byte).Array[0, 6];
        Gen.Select(changes, Gen.Frequency((4, Gen.Const(whole.Length)), (1, Gen.Int[0, whole.Length]))).Sample(
            (places, length) =>
            {
                byte[] bytes = [.. whole];
                foreach ((int place, byte value) in places)
                {
                    bytes[place] = value;
                }

                string file = folder.In(Guid.NewGuid().ToString("n"));
                File.WriteAllBytes(file, bytes[..length]);
                try
                {
                    ModelImport.Import(new ImportOptions(file, file + ".out", NamesModel: false, job => job, null));
                    Assert.True(File.Exists(file + ".out"));
                }
                catch (UserErrorException refused)
                {
                    Assert.DoesNotContain('\n', refused.Message);
                    Assert.False(File.Exists(file + ".out"));
                }
            },
            iter: 400);
    }

    public void Dispose() => folder.Dispose();

    private static (string Name, int[] Shape, float[] Values)[] Tensors(float[] weights) =>
        [.. Layout.Tensors.Select(tensor => (tensor.Name, tensor.Shape.ToArray(), weights[tensor.Offset..(tensor.Offset + tensor.Length)]))];

    private string Write(string name, (string Name, int[] Shape, float[] Values)[] tensors)
    {
        var header = SafetensorsHeader.Of(new Dictionary<string, string> { ["format"] = "pt" }, tensors.Select(tensor => (tensor.Name, (IReadOnlyList<int>)tensor.Shape)));
        using FileStream file = File.Create(folder.In(name));
        SafetensorsWriter.Write(file, header, [.. tensors.Select(tensor => (ReadOnlyMemory<float>)tensor.Values)]);
        return folder.In(name);
    }

    private ModelFile Import(string file, Func<JobSpec, JobSpec> describe) => ModelImport.Import(Options(file, describe));

    private ImportOptions Options(string file, Func<JobSpec, JobSpec> describe) => new(file, folder.In("out"), NamesModel: true, describe, null);
}
