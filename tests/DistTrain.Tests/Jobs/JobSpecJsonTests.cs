using CsCheck;
using DistTrain.Training;
using DistTrain.Training.Jobs;
using DistTrain.Training.Models;

namespace DistTrain.Tests.Jobs;

public sealed class JobSpecJsonTests
{
    private static readonly Gen<JobSpec> AnySpec = Gen.Select(
        Gen.String,
        Gen.Int,
        Gen.Long.Nullable(),
        Gen.Double.Where(double.IsFinite),
        Gen.ULong,
        (text, whole, steps, real, seed) => new JobSpec
        {
            Name = text,
            Dataset = text,
            Workers = whole,
            BatchSize = whole,
            Steps = steps,
            LearningRate = real,
            Epsilon = real,
            Seed = seed,
        });

    [Fact]
    public void Spec_written_and_read_is_the_same() => AnySpec.Where(spec => IsValidText(spec.Name)).Sample(spec => Assert.Equal(spec, JobSpecJson.Read(JobSpecJson.Write(spec), "spec.json")));

    [Fact]
    public void Written_spec_is_indented_with_camel_case_keys()
    {
        string json = JobSpecJson.Write(new JobSpec());

        Assert.StartsWith("{\n  \"name\": \"lenet5\",\n", json, StringComparison.Ordinal);
        Assert.Contains("\n  \"batchSize\": 256,\n", json, StringComparison.Ordinal);
        Assert.Contains("\n  \"steps\": null,\n", json, StringComparison.Ordinal);
    }

    [Fact]
    public void Absent_keys_take_their_defaults() =>
        Assert.Equal(new JobSpec { Epochs = 3 }, JobSpecJson.Read("{\"epochs\": 3}", "spec.json"));

    /// <summary>As jobs were written before activations, poolings and losses had names.</summary>
    [Theory]
    [InlineData("modern", ActivationKind.Relu, PoolingKind.Maximum)]
    [InlineData("classic", ActivationKind.Sigmoid, PoolingKind.Average)]
    public void Older_job_means_what_its_variant_says(string variant, ActivationKind activation, PoolingKind pooling)
    {
        JobSpec old = JobSpecJson.Read($$"""{ "model": "lenet5", "variant": "{{variant}}", "dropout": 0 }""", "spec.json");

        ModelDescription model = old.Network();

        Assert.All(model.Layers.OfType<Activation>(), layer => Assert.Equal(activation, layer.Kind));
        Assert.All(model.Layers.OfType<Pooling>(), layer => Assert.Equal(pooling, layer.Kind));
        Assert.Equal((variant, LossKind.CrossEntropy), (model.Variant, model.Loss));
    }

    [Theory]
    [InlineData("{\"batchsize\": 3}", "'batchsize'", "batchSize")]
    [InlineData("{\"shards\": \"3\"}", "'shards'", "\"3\"", "a whole number")]
    [InlineData("{\"shards\": 3.5}", "'shards'", "3.5", "a whole number")]
    [InlineData("{\"shards\": 3000000000}", "'shards'", "3000000000")]
    [InlineData("{\"epochs\": null}", "'epochs'", "null", "a number")]
    [InlineData("{\"steps\": \"all\"}", "'steps'", "\"all\"", "or null")]
    [InlineData("{\"seed\": -1}", "'seed'", "-1", "from 0")]
    [InlineData("{\"learningRate\": \"fast\"}", "'learningRate'", "\"fast\"", "a number")]
    [InlineData("{\"weightDecay\": \"some\"}", "'weightDecay'", "\"some\"", "a number or null")]
    [InlineData("{\"model\": 5}", "'model'", "5", "a string")]
    [InlineData("{\"model\": null}", "'model'", "null", "a string")]
    [InlineData("{\"epochs\": 1, \"epochs\": 2}", "epochs")]
    [InlineData("[]", "[]", "object")]
    [InlineData("", "JSON")]
    [InlineData("{\"epochs\":\n", "JSON")]
    public void Bad_key_or_value_is_a_one_line_error_that_names_it(string json, params string[] mentioned)
    {
        var error = Assert.Throws<UserErrorException>(() => JobSpecJson.Read(json, "runs/x/spec.json"));

        Assert.StartsWith("runs/x/spec.json: ", error.Message, StringComparison.Ordinal);
        Assert.All(mentioned, text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        Assert.DoesNotContain('\n', error.Message);
    }

    /// <summary>JSON has no way to write half of a surrogate pair.</summary>
    private static bool IsValidText(string text) => text == System.Text.Encoding.UTF8.GetString(System.Text.Encoding.UTF8.GetBytes(text));
}
