using System.Globalization;

namespace DistTrain.Training.Data;

/// <summary>A number for each channel of an image, or one that is meant for all of them.</summary>
public readonly struct ChannelValues : IEquatable<ChannelValues>
{
    private readonly float[]? values;

    /// <exception cref="ArgumentException">There is none.</exception>
    public ChannelValues(params ReadOnlySpan<float> values)
    {
        if (values.IsEmpty)
        {
            throw new ArgumentException("at least one value is needed", nameof(values));
        }

        this.values = values.ToArray();
    }

    /// <summary>1 if the same number is meant for all channels.</summary>
    public int Count => values?.Length ?? 0;

    public float this[int channel] => values!.Length == 1 ? values[0] : values[channel];

    public static implicit operator ChannelValues(float value) => new(value);

    public static bool operator ==(ChannelValues left, ChannelValues right) => left.Equals(right);

    public static bool operator !=(ChannelValues left, ChannelValues right) => !left.Equals(right);

    /// <summary>Reads <c>0.5</c>, or a number a channel such as <c>0.49,0.48,0.45</c>; null if the text is anything else, or not finite.</summary>
    public static ChannelValues? Parse(string text)
    {
        string[] parts = text.Split(',');
        var read = new float[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!float.TryParse(parts[i], NumberStyles.Float, CultureInfo.InvariantCulture, out read[i]) || !float.IsFinite(read[i]))
            {
                return null;
            }
        }

        return new ChannelValues(read);
    }

    public bool Fits(int channels) => Count == 1 || Count == channels;

    public bool All(Func<float, bool> holds) => values!.All(holds);

    /// <summary>As <see cref="Parse"/> reads it.</summary>
    public override string ToString() =>
        string.Join(',', (values ?? []).Select(value => value.ToString(CultureInfo.InvariantCulture)));

    /// <summary>With so many decimals, for people.</summary>
    public string ToString(int decimals) =>
        string.Join(", ", (values ?? []).Select(value => value.ToString("F" + decimals, CultureInfo.InvariantCulture)));

    public float[] ToArray() => [.. values ?? []];

    public bool Equals(ChannelValues other) => (values ?? []).AsSpan().SequenceEqual(other.values ?? []);

    public override bool Equals(object? obj) => obj is ChannelValues other && Equals(other);

    public override int GetHashCode() => Count == 0 ? 0 : values![0].GetHashCode();
}
